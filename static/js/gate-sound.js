// Tones as the visitor hears them. A browser is silent until somebody has touched the page; then
// nothing is said, and nothing fails.

const TONES = {
  admitted: [[1320, 0, 120]],
  look: [[1320, 0, 120], [1320, 200, 120]],
  refused: [[220, 0, 180], [220, 240, 180]],
  tick: [[1050, 0, 40]],
};
let context = null;
let isOn = true;

export function startSound(button) {
  isOn = localStorage.getItem("gate.sound") !== "off";
  button.hidden = false;
  button.setAttribute("aria-pressed", String(isOn));
  button.addEventListener("click", () => {
    isOn = !isOn;
    localStorage.setItem("gate.sound", isOn ? "on" : "off");
    button.setAttribute("aria-pressed", String(isOn));
    if (isOn) play("admitted");
  });
}

export function play(name) {
  if (!isOn || !TONES[name] || !navigator.userActivation?.hasBeenActive) return;
  context ??= new AudioContext();
  context.resume();
  for (const [pitch, from, length] of TONES[name]) beep(pitch, from / 1000, length / 1000);
}

function beep(pitch, from, length) {
  const start = context.currentTime + from;
  const tone = new OscillatorNode(context, { frequency: pitch });
  const volume = new GainNode(context, { gain: 0.25 });
  volume.gain.setTargetAtTime(0, start + length - 0.02, 0.006); // no click at its end
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + length + 0.05);
}
