"""Scenes for the bundled detector: four kinds of objects drawn over real photos, with their boxes.

needs: numpy, pillow, scikit-learn (handwritten digits), scikit-image 0.22 (photos)

    plate     a number plate of two to five handwritten digits
    disc      a round road sign
    triangle  a triangular road sign
    ball      a lit ball whose skin is a patch of a photo

`draw_scene(source, seed)` gives the same picture and boxes for the same seed. The held-out source shares neither photos
nor digits with the training source. All photos are in the public domain or CC0, see PHOTOS.
"""
import dataclasses
import importlib.util
import pathlib

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from sklearn.datasets import load_digits

CLASSES = ("plate", "disc", "triangle", "ball")
WIDTH, HEIGHT = 640, 384
HELD_OUT_DIGITS = 400
PHOTOS = {  # files of skimage/data that scikit-image 0.22 states to be public domain or CC0
    "training": ("astronaut.png", "brick.png", "camera.png", "clock_motion.png", "coffee.png", "grass.png",
                 "hubble_deep_field.jpg"),
    "held_out": ("chelsea.png", "gravel.png", "rocket.jpg"),
}
SMALLEST, LARGEST = 20, 250  # pixels, longer side of an object before it is turned
SHARE_VISIBLE = 0.6  # an object with less of its area in the picture is not drawn
SHARE_HIDDEN = 0.2  # nor one that hides more than this of an earlier one


@dataclasses.dataclass
class Source:
    photos: list
    digits: np.ndarray  # {n, 8, 8}, 0..1


def load_source(part):
    """`part` is "training" or "held_out"."""
    package = importlib.util.find_spec("skimage")  # only its files are needed, so it is not imported
    folder = pathlib.Path(package.origin).parent / "data"
    digits = load_digits().images / 16
    order = np.random.default_rng(0).permutation(len(digits))
    chosen = order[:HELD_OUT_DIGITS] if part == "held_out" else order[HELD_OUT_DIGITS:]
    return Source([Image.open(folder / name).convert("RGB") for name in PHOTOS[part]], digits[chosen])


def pick(rng, items):
    return items[rng.integers(len(items))]


def colour(rng, low=0, high=255):
    return tuple(int(v) for v in rng.integers(low, high + 1, 3))


def photo_patch(rng, source, width, height):
    """A random part of a random photo, {height, width, 3}; grey photos get a random tint."""
    photo = pick(rng, source.photos)
    fit = min(photo.width / width, photo.height / height)
    scale = fit * rng.uniform(0.35, 1.0)
    w, h = scale * width, scale * height
    x, y = rng.uniform(0, photo.width - w), rng.uniform(0, photo.height - h)
    patch = photo.resize((width, height), Image.Resampling.BILINEAR, (x, y, x + w, y + h))
    if rng.random() < 0.5:
        patch = patch.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    gain = rng.uniform(0.7, 1.2) * (1 + rng.uniform(-0.2, 0.2, 3))
    pixels = np.asarray(patch, np.float32) * gain.astype(np.float32)
    return np.clip(pixels + rng.uniform(-25, 25), 0, 255)


def digit_picture(rng, source, height):
    """Coverage of one handwritten digit, an 'L' picture."""
    cells = Image.fromarray(np.round(pick(rng, source.digits) * 255).astype(np.uint8))
    return cells.resize((max(1, round(height * rng.uniform(0.7, 0.9))), height), Image.Resampling.BICUBIC)


def blank(width, height):
    picture = Image.new("RGBA", (width, height))
    return picture, ImageDraw.Draw(picture)


def draw_plate(rng, source, size):
    digits = int(rng.integers(2, 6))
    height = max(8, round(size / rng.uniform(0.72 * digits + 0.4, 0.8 * digits + 0.8)))
    picture, pen = blank(size, height)
    dark_on_light = rng.random() < 0.7
    paper, ink = (colour(rng, 190), colour(rng, 0, 70)) if dark_on_light else (colour(rng, 0, 90), colour(rng, 200))
    edge = max(1, height // 14)
    pen.rounded_rectangle((0, 0, size - 1, height - 1), height // 7, paper, ink, edge)
    cell = (size - 4 * edge) / digits
    for i in range(digits):
        digit = digit_picture(rng, source, round(height * 0.8))
        picture.paste(ink, (round(2 * edge + cell * (i + 0.5) - digit.width / 2), round(height * 0.1)), digit)
    return picture


def draw_disc(rng, source, size):
    picture, pen = blank(size, size)
    ring = pick(rng, [(200, 20, 30), (20, 60, 180), (30, 30, 30)])
    inside = pick(rng, [(245, 245, 245), (245, 215, 60), ring])
    ink = (245, 245, 245) if inside == ring else (25, 25, 25)
    edge = round(size * rng.uniform(0.08, 0.16))
    pen.ellipse((0, 0, size - 1, size - 1), ring)
    pen.ellipse((edge, edge, size - 1 - edge, size - 1 - edge), inside)
    if rng.random() < 0.5:
        bar = rng.uniform(0.06, 0.12) * size
        pen.rectangle((size * 0.2, size / 2 - bar, size * 0.8, size / 2 + bar), ink)
    else:
        for x in (0.33, 0.62):
            digit = digit_picture(rng, source, round(size * 0.42))
            picture.paste(ink, (round(size * x - digit.width * 0.45), round(size * 0.29)), digit)
    return picture


def draw_triangle(rng, source, size):
    height = round(size * 0.87)
    picture, pen = blank(size, height)
    rim = pick(rng, [(200, 20, 30), (30, 30, 30), (230, 120, 20)])
    inside = pick(rng, [(245, 245, 245), (245, 215, 60)])
    corners = np.array([(size / 2, 0), (size - 1, height - 1), (0, height - 1)])
    if rng.random() < 0.25:
        corners[:, 1] = height - 1 - corners[:, 1]
    centre = corners.mean(0)
    pen.polygon([tuple(c) for c in corners], rim)
    pen.polygon([tuple(c) for c in centre + (corners - centre) * rng.uniform(0.6, 0.76)], inside)
    ink = (25, 25, 25)
    x, y = centre
    if rng.random() < 0.5:
        mark = round(size * 0.3)
        picture.paste(ink, (round(x - mark * 0.4), round(y - mark * 0.5)), digit_picture(rng, source, mark))
    else:
        pen.rectangle((x - size * 0.035, y - size * 0.14, x + size * 0.035, y + size * 0.05), ink)
        pen.ellipse((x - size * 0.035, y + size * 0.08, x + size * 0.035, y + size * 0.15), ink)
    return picture


def draw_ball(rng, source, size):
    """A sphere in parallel projection with Lambert's shading and a highlight."""
    axis = (np.arange(size, dtype=np.float32) + 0.5) * (2 / size) - 1
    x, y = np.meshgrid(axis, axis)
    z = np.sqrt(np.clip(1 - x * x - y * y, 0, None))
    if rng.random() < 0.5:
        skin = photo_patch(rng, source, 128, 64)
        u = (np.arctan2(x, z) / np.pi + 0.5) * 127
        v = (np.arcsin(np.clip(y, -1, 1)) / np.pi + 0.5) * 63
        surface = skin[v.astype(int), u.astype(int)]
    else:  # a beach ball
        angle = (np.arctan2(y + rng.uniform(-0.3, 0.3), x + rng.uniform(-0.3, 0.3)) / np.pi + 1) * pick(rng, [2, 3])
        colours = np.array([colour(rng, 120), colour(rng)], np.float32)
        surface = colours[angle.astype(int) % 2]
    light = np.array([rng.uniform(-0.6, 0.6), rng.uniform(-0.8, -0.1), 0.8])
    light /= np.linalg.norm(light)
    towards = np.clip(x * light[0] + y * light[1] + z * light[2], 0, None)
    pixels = surface * (0.3 + 0.8 * towards)[..., None] + (towards**20 * 120)[..., None]
    inside = (x * x + y * y <= 1) * 255
    return Image.fromarray(np.dstack([np.clip(pixels, 0, 255), inside]).astype(np.uint8), "RGBA")


PAINTERS = (draw_plate, draw_disc, draw_triangle, draw_ball)


def draw_object(rng, source, kind):
    """An object as it is seen: painted large, then squeezed, lit, turned and reduced."""
    size = round(np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST))))
    if CLASSES[kind] == "plate":
        size = min(LARGEST, round(size * 1.4))
    oversampling = 2 if size < 100 else 1
    picture = PAINTERS[kind](rng, source, size * oversampling)
    squeeze = np.ones(2) if CLASSES[kind] == "ball" else rng.uniform(0.75, 1.0, 2)
    picture = picture.rotate(rng.uniform(-18, 18), Image.Resampling.BILINEAR, expand=True)
    seen = [max(6, round(side / oversampling * s)) for side, s in zip(picture.size, squeeze)]
    picture = picture.resize(seen, Image.Resampling.BOX)
    pixels = np.asarray(picture, np.float32).copy()
    pixels[..., :3] *= rng.uniform(0.5, 1.1) * (1 + rng.uniform(-0.1, 0.1, 3))
    return np.clip(pixels, 0, 255)


def box_of(mask):
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], np.float32)


def overlap(left, top, shape):
    """Where a picture at (left, top) lies on the canvas, and the part of it that does; None if all of it is outside."""
    x0, y0, x1, y1 = max(0, left), max(0, top), min(WIDTH, left + shape[1]), min(HEIGHT, top + shape[0])
    if x0 >= x1 or y0 >= y1:
        return None
    return np.s_[y0:y1, x0:x1], np.s_[y0 - top:y1 - top, x0 - left:x1 - left]


def paste(canvas, picture, left, top):
    """Blends an RGBA picture into the canvas."""
    parts = overlap(left, top, picture.shape)
    if parts:
        target, part = canvas[parts[0]], picture[parts[1]]
        target += (part[..., :3] - target) * (part[..., 3:] / 255)


def draw_distractor(rng, source):
    """Something that is none of the classes: a photo patch, a plain rectangle, a lone digit or a stroke."""
    width, height = (int(v) for v in np.exp(rng.uniform(np.log(10), np.log(120), 2)))
    picture = np.full((height, width, 4), 255, np.float32)
    what = rng.integers(4)
    if what == 0:
        picture[..., :3] = photo_patch(rng, source, width, height)
    elif what == 1:
        picture[..., :3] = colour(rng)
    elif what == 2:
        digit = digit_picture(rng, source, height)
        picture = np.full((digit.height, digit.width, 4), 0, np.float32)
        picture[..., :3], picture[..., 3] = colour(rng), np.asarray(digit)
    else:
        picture = np.full((max(2, height // 12), width * 2, 4), 255, np.float32)
        picture[..., :3] = colour(rng)
        if rng.random() < 0.5:
            picture = picture.transpose(1, 0, 2)
    return picture


def background(rng, source):
    canvas = photo_patch(rng, source, WIDTH, HEIGHT)
    if rng.random() < 0.3:  # two photos side by side
        at = int(rng.integers(WIDTH // 4, 3 * WIDTH // 4))
        canvas[:, at:] = photo_patch(rng, source, WIDTH, HEIGHT)[:, at:]
    return canvas


def take_picture(rng, canvas):
    """What a camera adds: defocus, exposure, noise."""
    if rng.random() < 0.2:
        blurred = Image.fromarray(np.clip(canvas, 0, 255).astype(np.uint8))
        canvas = np.asarray(blurred.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.2))), np.float32)
    canvas = (canvas - 128) * rng.uniform(0.7, 1.1) + (128 + rng.uniform(-25, 25))
    canvas += rng.standard_normal(canvas.shape, np.float32) * np.float32(rng.uniform(0, 6))
    return np.clip(np.round(canvas), 0, 255).astype(np.uint8)


def draw_scene(source, seed):
    """Returns uint8 pixels {HEIGHT, WIDTH, 3} in RGB order and boxes {n, 5}: class, x0, y0, x1, y1 in pixels."""
    rng = np.random.default_rng(seed)
    canvas = background(rng, source)
    bars = int(rng.integers(20, 200)) if rng.random() < 0.15 else 0  # as a letterboxed upright picture has them
    for _ in range(rng.integers(0, 6)):
        paste(canvas, draw_distractor(rng, source), int(rng.integers(-20, WIDTH)), int(rng.integers(-20, HEIGHT)))

    boxes, areas = [], []
    owner = np.zeros((HEIGHT, WIDTH), int)  # 1 + index of the object that is seen at each pixel, 0 for none
    for _ in range(rng.integers(0, 8)):
        kind = int(rng.integers(len(CLASSES)))
        picture = draw_object(rng, source, kind)
        height, width = picture.shape[:2]
        left = int(rng.integers(bars - width // 4, max(bars, WIDTH - bars - width * 3 // 4) + 1))
        top = int(rng.integers(-height // 4, HEIGHT - height * 3 // 4 + 1))
        place, part = overlap(left, top, picture.shape)
        mask = np.zeros((HEIGHT, WIDTH), bool)
        mask[place] = picture[part][..., 3] > 127
        mask[:, :bars] = mask[:, WIDTH - bars:] = False
        hidden = np.bincount(owner[mask], minlength=len(areas) + 1)[1:]
        is_cut = mask.sum() < SHARE_VISIBLE * (picture[..., 3] > 127).sum()
        if is_cut or (hidden > SHARE_HIDDEN * np.array(areas)).any():
            continue
        paste(canvas, picture, left, top)
        areas.append(mask.sum())
        owner[mask] = len(areas)
        box = box_of(mask)
        boxes.append(np.concatenate([[kind], box]))
        if rng.random() < 0.15:  # something in front of a part of it
            x0, y0, x1, y1 = box
            cover = draw_distractor(rng, source)[:max(2, int((y1 - y0) * 0.4)), :max(2, int((x1 - x0) * 0.4))]
            paste(canvas, cover, int(rng.uniform(x0, x1)), int(rng.uniform(y0, y1)))

    canvas = take_picture(rng, canvas)
    if bars:
        canvas[:, :bars] = canvas[:, WIDTH - bars:] = pick(rng, [0, 114])
    return canvas, np.array(boxes, np.float32).reshape(-1, 5)
