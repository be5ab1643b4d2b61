// A small picture of a photo, drawn on a canvas: the full one would not fit into a phone's memory nine times.
const SIDE = 320;

// The canvas at once; the picture comes into it when the phone has read it. What it cannot read (HEIC) stays plain.
export function draw(blob) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  paint(canvas, blob).catch(() => (canvas.dataset.unreadable = "1"));
  return canvas;
}

async function paint(canvas, blob) {
  const picture = await createImageBitmap(blob, { imageOrientation: "from-image" });
  const side = Math.min(picture.width, picture.height);
  const context = canvas.getContext("2d");
  context.drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, SIDE, SIDE);
  picture.close();
}
