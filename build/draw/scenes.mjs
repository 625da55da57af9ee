import { gallery, innerCorridor } from './scenes/corridor.mjs';
import { gateDay, gateNight } from './scenes/gate.mjs';
import { kitchenYard } from './scenes/kitchen.mjs';
import { lobbyDay, lobbyEvening } from './scenes/lobby.mjs';
import { washDay, washNight } from './scenes/wash.mjs';
import { yardDay } from './scenes/yard.mjs';

/** Seconds of every clip: a whole number of groups of pictures, and one round of the dial. */
export const period = 12;

const h264 = { codec: 'h264', main: { fps: 25, crf: 30.5 }, sub: { fps: 15, crf: 30.5 } };
const h265 = { codec: 'h265', main: { fps: 25, crf: 31.5 }, sub: { fps: 15, crf: 31.5 } };
const mjpeg = { codec: 'mjpeg', main: { fps: 4, crf: 26 }, sub: { fps: 8, crf: 22 } };

export const clips = [
  { name: 'corridor-day', placement: 'corridor', scene: gallery, ...h264 },
  { name: 'corridor-night', placement: 'corridor', scene: innerCorridor, ...h264 },
  { name: 'lobby-day', placement: 'lobby', scene: lobbyDay, ...h264 },
  { name: 'lobby-evening', placement: 'lobby', scene: lobbyEvening, ...h265 },
  { name: 'yard-day', placement: 'yard', scene: yardDay, ...h264 },
  { name: 'wash-day', placement: 'wash-outside', scene: washDay, ...h264 },
  { name: 'wash-night', placement: 'wash-outside', scene: washNight, ...mjpeg },
  { name: 'gate-day', placement: 'gate', scene: gateDay, ...h264 },
  { name: 'gate-night', placement: 'gate', scene: gateNight, ...h264 },
  { name: 'kitchen-yard', placement: 'other', scene: kitchenYard, ...h264 },
];
