import { afterEach, describe, expect, test } from 'vitest';
import {
  MotionDetector,
  sampleHeight,
  sampleWidth,
} from '../../../../renderer/stores/ptz/motion-detector.ts';
import { createMotionMeter } from '../../../../renderer/stores/ptz/motion-meter.ts';

/** A picture of stripes, moved aside, with some noise. */
function picture(shift: number, noise = 0, seed = 0): Uint8Array {
  return Uint8Array.from({ length: sampleWidth * sampleHeight }, (_, at) => {
    const column = (at % sampleWidth) + shift;
    const speck = ((at * 7919 + seed * 104_729) % 17) / 16 - 0.5;
    return 120 + 60 * Math.sin(column / 3) + speck * noise;
  });
}

function rested(detector: MotionDetector, noise = 2): void {
  for (let at = 0; at < 12; at++) detector.picture(picture(0, noise, at), at * 180, false);
}

describe('from the hand to the eye', () => {
  test('is the time of the first changed picture, once a second one confirms it', () => {
    const detector = new MotionDetector();
    rested(detector);
    detector.begin(3000);
    expect(detector.picture(picture(0, 2, 91), 3100, true)).toBeNull();
    expect(detector.picture(picture(0, 2, 92), 3200, true)).toBeNull();
    expect(detector.picture(picture(1, 2, 93), 3300, true)).toBeNull();
    expect(detector.picture(picture(2, 2, 94), 3400, true)).toBe(300);
    expect(detector.picture(picture(3, 2, 95), 3500, true)).toBeNull();
  });

  test('one picture that flickers is no movement', () => {
    const detector = new MotionDetector();
    rested(detector);
    detector.begin(3000);
    detector.picture(picture(4), 3100, true);
    expect(detector.picture(picture(0, 2, 5), 3200, true)).toBeNull();
    detector.picture(picture(2), 3300, true);
    expect(detector.picture(picture(3), 3400, true)).toBe(300);
  });

  test('a picture from before the movement began does not count', () => {
    const detector = new MotionDetector();
    rested(detector);
    detector.begin(3000);
    expect(detector.picture(picture(5), 2990, true)).toBeNull();
    expect(detector.picture(picture(5), 3000, true)).toBeNull();
    detector.picture(picture(5), 3200, true);
    expect(detector.picture(picture(6), 3260, true)).toBe(200);
  });

  test('nothing is measured in a scene that never rests, without a scene, or after a long time', () => {
    const restless = new MotionDetector();
    for (let at = 0; at < 12; at++) restless.picture(picture(at * 3), at * 180, false);
    restless.begin(3000);
    expect(restless.measuring).toBe(false);
    const blank = new MotionDetector();
    blank.begin(3000);
    expect(blank.measuring).toBe(false);
    const late = new MotionDetector();
    rested(late);
    late.begin(3000);
    expect(late.picture(picture(5), 9000, true)).toBeNull();
    expect(late.measuring).toBe(false);
  });

  test('a picture that was not live is forgotten', () => {
    const detector = new MotionDetector();
    rested(detector);
    detector.reset();
    detector.begin(3000);
    expect(detector.measuring).toBe(false);
  });
});

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0)) each();
});

/** A video of this page, drawn by the test. */
async function drawnVideo(): Promise<{ video: HTMLVideoElement; move(by: number): void }> {
  const canvas = document.createElement('canvas');
  canvas.width = 320;
  canvas.height = 180;
  const paper = canvas.getContext('2d');
  let shift = 0;
  let speed = 0;
  const draw = () => {
    if (!paper) return;
    shift += speed;
    paper.fillStyle = '#345';
    paper.fillRect(0, 0, 320, 180);
    paper.fillStyle = '#ed9';
    for (let at = -2; at < 8; at++) paper.fillRect(at * 60 - (shift % 60), 40, 30, 100);
  };
  const timer = setInterval(draw, 40);
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = canvas.captureStream(25);
  video.style.cssText = 'position:fixed;top:0;left:0;width:160px;height:90px';
  document.body.append(video);
  await video.play();
  undo.push(() => {
    clearInterval(timer);
    video.remove();
  });
  return {
    video,
    move: (by) => {
      speed = by;
    },
  };
}

describe('a real video', () => {
  test('that moves some time after the hand is measured, never as less than that', async () => {
    const { video, move } = await drawnVideo();
    const took: number[] = [];
    const meter = createMotionMeter(
      () => video,
      (ms) => took.push(ms),
    );
    undo.push(meter.close);
    await new Promise((resolve) => setTimeout(resolve, 1800));
    meter.setMoving(true);
    meter.begin(performance.now());
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(took).toEqual([]);
    move(12);
    const end = performance.now() + 3000;
    while (took.length === 0 && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    expect(took).toHaveLength(1);
    expect(took[0]).toBeGreaterThan(290);
  });

  test('that does not move measures nothing', async () => {
    const { video } = await drawnVideo();
    const took: number[] = [];
    const meter = createMotionMeter(
      () => video,
      (ms) => took.push(ms),
    );
    undo.push(meter.close);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    meter.setMoving(true);
    meter.begin(performance.now());
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(took).toEqual([]);
  });
});
