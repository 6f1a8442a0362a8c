// What buttons for photos share: photo_input.js and photo_collection.js are put behind it.
const QUALITY = 0.9;

const icon = (path) =>
  `<svg viewBox="0 0 24 24" width="26" height="26" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${path}</svg>`;
const CAMERA = icon('<path d="M4 8h3l2-3h6l2 3h3v11H4z"/><circle cx="12" cy="13" r="3.5"/>');
const PICTURE = icon('<rect x="3.5" y="4.5" width="17" height="15" rx="2"/><path d="m4 17 5-5 4 4 3-3 4 4"/><circle cx="15.5" cy="9" r="1.2"/>');

/** Upright picture that a canvas can draw, or null if this browser cannot read the file. */
async function decode(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    const url = URL.createObjectURL(file);
    try {
      const image = new Image();
      image.src = url;
      await image.decode(); // older Safari has no createImageBitmap with options
      return image;
    } catch {
      return null;
    } finally {
      URL.revokeObjectURL(url);
    }
  }
}

async function shrink(picture, maxSide) {
  const width = picture.naturalWidth || picture.width;
  const height = picture.naturalHeight || picture.height;
  const scale = Math.min(1, maxSide / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // JPEG knows no transparency
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close?.();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  return blob.arrayBuffer();
}

function button(kind, picture) {
  const label = document.createElement("label");
  label.className = `ailab-photo-button ailab-photo-${kind}`;
  const input = document.createElement("input");
  input.type = "file";
  input.accept = kind === "camera" ? "image/*" : "image/*,.heic,.heif";
  if (kind === "camera") input.setAttribute("capture", "environment");
  input.dataset.testid = kind === "camera" ? "photo-camera" : "photo-file";
  const face = document.createElement("span");
  face.className = "ailab-photo-face";
  face.innerHTML = picture;
  const text = document.createElement("span");
  face.append(text);
  label.append(input, face);
  return { label, input, text };
}

function paragraph(className, role) {
  const element = document.createElement("p");
  element.className = className;
  if (role) element.setAttribute("role", role);
  return element;
}
