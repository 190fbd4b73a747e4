// A soft click for a press, a chime when something is paid. Silent until the glass was touched.
let context = null;

export const click = () => play([[620, 0, 0.025, 0.08]]);
export const chime = () => play([[880, 0, 0.18, 0.2], [1320, 0.16, 0.3, 0.2]]);

function play(tones) {
  if (!navigator.userActivation?.hasBeenActive) return;
  context ??= new AudioContext();
  context.resume();
  for (const [pitch, from, length, loud] of tones) {
    const start = context.currentTime + from;
    const tone = new OscillatorNode(context, { frequency: pitch });
    const volume = new GainNode(context, { gain: loud });
    volume.gain.setTargetAtTime(0, start + length * 0.5, length * 0.2); // no click at its end
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + length);
  }
}
