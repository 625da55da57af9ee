/**
 * A lens that looks all around: columns are degrees of pan, rows degrees of tilt, evenly. What the
 * simulated PTZ cameras show is cut out of such a picture.
 */
export class PanoramaLens {
  /** @param {{from:number[], left:number, right:number, top:number, bottom:number}} view degrees */
  constructor(view, perDegree) {
    this.from = view.from;
    this.left = view.left;
    this.top = view.top;
    this.perDegree = perDegree;
    this.width = Math.round(((view.right - view.left) * perDegree) / 16) * 16;
    this.height = Math.round(((view.top - view.bottom) * perDegree) / 16) * 16;
  }

  ray(px, py, out) {
    const pan = ((this.left + px / this.perDegree) * Math.PI) / 180;
    const tilt = ((this.top - py / this.perDegree) * Math.PI) / 180;
    out[0] = Math.sin(pan) * Math.cos(tilt);
    out[1] = Math.sin(tilt);
    out[2] = Math.cos(pan) * Math.cos(tilt);
  }

  project(x, y, z) {
    const d = [x - this.from[0], y - this.from[1], z - this.from[2]];
    const flat = Math.hypot(d[0], d[2]);
    if (flat < 0.05) return null;
    const pan = (Math.atan2(d[0], d[2]) * 180) / Math.PI;
    const tilt = (Math.atan2(d[1], flat) * 180) / Math.PI;
    return [(pan - this.left) * this.perDegree, (this.top - tilt) * this.perDegree];
  }
}
