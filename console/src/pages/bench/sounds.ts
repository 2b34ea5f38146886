import type { Sound } from "./state";

type Note = [hertz: number, milliseconds: number, shape?: OscillatorType];

/** What each sound is: they differ in pitch, rhythm and direction, so that nobody needs to look. */
const SOUNDS: Record<Sound, Note[]> = {
  blip: [[600, 40]],
  right: [[880, 70]],
  wrong: [
    [180, 160, "square"],
    [0, 60],
    [180, 160, "square"],
  ],
  many: [
    [520, 110],
    [390, 110],
    [260, 160],
  ],
  done: [
    [660, 90],
    [990, 140],
  ],
  low: [
    [180, 90],
    [0, 50],
    [180, 90],
  ],
};
const VOLUME = 0.2;

let context: AudioContext | null = null;

/** Play a sound; silent where the browser has none, or allows none before the first key. */
export function play(name: Sound): void {
  if (typeof AudioContext === "undefined") return;
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
  let at = context.currentTime;
  for (const [hertz, milliseconds, shape = "sine"] of SOUNDS[name]) {
    if (hertz) tone(context, hertz, at, milliseconds / 1000, shape);
    at += milliseconds / 1000;
  }
}

function tone(on: AudioContext, hertz: number, at: number, seconds: number, shape: OscillatorType) {
  const gain = new GainNode(on, { gain: VOLUME });
  const source = new OscillatorNode(on, { frequency: hertz, type: shape });
  source.connect(gain).connect(on.destination);
  source.start(at);
  source.stop(at + seconds);
}
