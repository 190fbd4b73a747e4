// A holder's photo with the till's camera: what is taken becomes the file of the form's own field.
const place = document.querySelector("[data-portrait]");
if (place && navigator.mediaDevices?.getUserMedia) begin(place);

function begin(place) {
  const [field, camera, shoot, view, taken] = ["input[type=file]", "[data-camera]", "[data-shoot]", "[data-view]", "[data-taken]"].map((one) => place.querySelector(one));
  camera.hidden = false;
  camera.addEventListener("click", async () => {
    try {
      view.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: { ideal: 1280 } } });
    } catch {
      camera.disabled = true; // no camera, or nobody may use it: choosing a file still works
      return;
    }
    await view.play();
    taken.hidden = true;
    view.hidden = shoot.hidden = false;
  });
  shoot.addEventListener("click", () => {
    const height = view.videoHeight;
    const width = Math.min(view.videoWidth, Math.round((height * 3) / 4)); // a portrait, from the middle
    [taken.width, taken.height] = [width, height];
    taken.getContext("2d").drawImage(view, (view.videoWidth - width) / 2, 0, width, height, 0, 0, width, height);
    for (const track of view.srcObject.getTracks()) track.stop();
    view.hidden = shoot.hidden = true;
    taken.hidden = false;
    taken.toBlob((blob) => {
      const files = new DataTransfer();
      files.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
      field.files = files.files;
    }, "image/jpeg", 0.9);
  });
}
