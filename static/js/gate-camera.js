// Reading codes with the tablet's camera. A code that stays in view is one scan.

const LOOK_MILLISECONDS = 120;
const GONE_MILLISECONDS = 1500; // out of view for so long, the same code is a new scan
const WIDEST = 800;
const READING = { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: true };

export function startCamera(button, video, wasm, onCode, sorry) {
  if (!navigator.mediaDevices?.getUserMedia || !window.ZXingWASM) return;
  ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => wasm } });
  button.hidden = false;
  button.addEventListener("click", () => turn(video.hidden));
  if (sessionStorage.getItem("gate.camera") === "on") turn(true);

  async function turn(isOn) {
    button.setAttribute("aria-pressed", String(isOn));
    sessionStorage.setItem("gate.camera", isOn ? "on" : "off");
    if (!isOn) return stop(video);
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1280 } },
      });
      video.hidden = false;
      await video.play();
      look(video, onCode);
    } catch {
      stop(video);
      button.setAttribute("aria-pressed", "false");
      document.dispatchEvent(new CustomEvent("toast", { detail: { text: sorry, kind: "bad" } }));
    }
  }
}

function stop(video) {
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  video.srcObject = null;
  video.hidden = true;
}

async function look(video, onCode) {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  let last = "";
  let seenAt = 0;
  while (video.srcObject) {
    const text = await read(video, canvas, pen);
    const now = performance.now();
    if (text && (text !== last || now - seenAt > GONE_MILLISECONDS)) onCode(text);
    if (text) [last, seenAt] = [text, now];
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
  }
}

async function read(video, canvas, pen) {
  if (!video.videoWidth) return "";
  const scale = Math.min(1, WIDEST / video.videoWidth);
  canvas.width = video.videoWidth * scale;
  canvas.height = video.videoHeight * scale;
  pen.drawImage(video, 0, 0, canvas.width, canvas.height);
  const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
  const [found] = await ZXingWASM.readBarcodes(picture, READING);
  return found?.isValid ? found.text : "";
}
