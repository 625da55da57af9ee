import { textMask } from './text.mjs';

/**
 * From linear light to what a camera sends: exposure and contrast, darker corners, a little colour
 * taken out (all of it under infra-red light), and the text and the running dial on top.
 */
export class Finish {
  /**
   * @param {{exposure:number, saturation?:number, infrared?:boolean, title:string}} look
   * @param {number} period seconds of one round of the dial: the length of the clip
   */
  constructor(look, width, height, period) {
    this.look = look;
    this.width = width;
    this.height = height;
    this.period = period;
    this.bytes = Buffer.alloc(width * height * 3);
    this.curve = new Float32Array(4096);
    for (let i = 0; i < 4096; i++) this.curve[i] = tone((i / 4095) ** 2 * 8) * 255;
    const scale = height / 720;
    this.scale = scale;
    // A part of it is shown: neither dark corners nor text belong to the whole
    if (look.plain) return;
    const text = `MÔ PHỎNG · ${look.title}`;
    this.mask = textMask(text, {
      size: Math.max(12, Math.round(25 * scale)),
      width: Math.round(text.length * 16.5 * scale + 8),
      height: Math.round(44 * scale),
    });
  }

  /** RGB bytes of one picture; the buffer is reused. */
  draw(colour, seconds) {
    const { width, height, bytes, curve, look } = this;
    const gain = look.exposure;
    const keep = look.infrared ? 0 : (look.saturation ?? 0.86);
    const inverse = 1 / 8;
    for (let y = 0, i = 0; y < height; y++) {
      const v = (y / height) * 2 - 1;
      for (let x = 0; x < width; x++, i += 3) {
        const u = (x / width) * 2 - 1;
        const corner = look.plain ? 0 : 0.16 * (u * u + v * v * 0.6) ** 1.4;
        const dim = gain * (1 - corner);
        const r = colour[i] * dim;
        const g = colour[i + 1] * dim;
        const b = colour[i + 2] * dim;
        const grey = 0.3 * r + 0.59 * g + 0.11 * b;
        for (let k = 0; k < 3; k++) {
          const value = grey + ((k === 0 ? r : k === 1 ? g : b) - grey) * keep;
          const index = Math.sqrt(Math.max(0, value) * inverse) * 4095;
          bytes[i + k] = curve[index > 4095 ? 4095 : index | 0] + 0.5;
        }
      }
    }
    if (look.plain) return bytes;
    this.#text();
    this.#dial(seconds);
    return bytes;
  }

  #text() {
    const { mask, width, bytes, scale } = this;
    const left = Math.round(20 * scale);
    const top = Math.round(14 * scale);
    for (let y = 0; y < mask.height; y++) {
      for (let x = 0; x < mask.width && left + x < width; x++) {
        const ink = mask.data[y * mask.width + x] / 255;
        const shadow = Math.max(
          at(mask, x - 1, y - 1),
          at(mask, x - 2, y - 2),
          at(mask, x + 1, y),
          at(mask, x, y + 1),
        );
        if (ink + shadow > 0.02)
          this.#blend(left + x, top + y, 20, 22, 24, shadow * 0.6 * (1 - ink), 238, ink);
      }
    }
    void bytes;
  }

  #blend(x, y, r, g, b, dark, light, ink) {
    const i = (y * this.width + x) * 3;
    const { bytes } = this;
    const back = [r, g, b];
    for (let k = 0; k < 3; k++) {
      const under = bytes[i + k] * (1 - dark) + back[k] * dark;
      bytes[i + k] = under * (1 - ink) + light * ink + 0.5;
    }
  }

  /** A hand that goes round once per clip, so that the loop has no seam, and a dot that blinks. */
  #dial(seconds) {
    const { width, scale, period } = this;
    const radius = 25 * scale;
    const [cx, cy] = [width - 46 * scale, 44 * scale];
    const angle = (2 * Math.PI * seconds) / period;
    const [hx, hy] = [Math.sin(angle), -Math.cos(angle)];
    const blink = seconds % 1 < 0.5;
    for (let y = Math.floor(cy - radius - 2); y <= cy + radius + 2; y++) {
      for (let x = Math.floor(cx - radius - 2); x <= cx + radius + 2; x++) {
        const [dx, dy] = [x + 0.5 - cx, y + 0.5 - cy];
        const far = Math.hypot(dx, dy);
        const inside = clamp(radius - far + 0.5);
        if (inside === 0) continue;
        const ring = clamp(1.3 * scale + 0.5 - Math.abs(far - radius + 2 * scale));
        const turn = Math.atan2(dx, -dy) / (2 * Math.PI);
        const tick = Math.abs(((((turn * 12) % 1) + 1.5) % 1) - 0.5) * ((2 * Math.PI * far) / 12);
        const ticks =
          far > radius * 0.7 && far < radius * 0.86 ? clamp(0.9 * scale + 0.4 - tick) : 0;
        const along = dx * hx + dy * hy;
        const off = Math.abs(dx * hy - dy * hx);
        const hand =
          along > -4 * scale && along < radius * 0.78 ? clamp(1.5 * scale + 0.5 - off) : 0;
        const dot = blink ? clamp(3.6 * scale + 0.5 - far) : 0;
        this.#blend(x, y, 16, 20, 24, 0.5 * inside, 238, Math.max(ring, ticks, hand) * inside);
        if (dot > 0) {
          const i = (y * width + x) * 3;
          this.bytes[i] = this.bytes[i] * (1 - dot) + 235 * dot;
          this.bytes[i + 1] = this.bytes[i + 1] * (1 - dot) + 70 * dot;
          this.bytes[i + 2] = this.bytes[i + 2] * (1 - dot) + 50 * dot;
        }
      }
    }
  }
}

const at = (mask, x, y) =>
  x < 0 || y < 0 || x >= mask.width || y >= mask.height ? 0 : mask.data[y * mask.width + x] / 255;

const clamp = (value) => Math.min(1, Math.max(0, value));

/** A filmic shoulder (after Hable's fit by Narkowicz), then the transfer function of sRGB. */
function tone(light) {
  const x = light * 0.62;
  const y = clamp((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14));
  return y <= 0.0031308 ? y * 12.92 : 1.055 * y ** (1 / 2.4) - 0.055;
}
