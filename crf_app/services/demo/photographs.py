"""Photographs that nobody can take for real ones: a drawn ulcer on a drawn sole, with ruler and label."""

from __future__ import annotations

import io
import math
from random import Random

from PIL import Image, ImageDraw

from crf_app.services.demo.figures import Wound

_SIZE = (720, 480)
_PX_PER_CM = 42.0
_RULER_CM = 12


def wound_photograph(wound: Wound, subject: str, visit: str, random: Random) -> bytes:
    """A JPEG with the subject's number, the visit and the words SYNTHETIC on it."""
    picture = Image.new("RGB", _SIZE, (58, 110, 140))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((120, 30, 620, 400), fill=(226, 190, 165), outline=(190, 150, 126), width=3)
    _ulcer(draw, wound, random)
    _ruler(draw)
    draw.rectangle((20, 16, 300, 62), fill=(255, 255, 255))
    draw.text((30, 22), f"{subject}  {visit}", fill=(0, 0, 0), font_size=16)
    draw.text((30, 42), "SYNTHETIC - NOT A PATIENT", fill=(170, 0, 0), font_size=12)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def _ulcer(draw: ImageDraw.ImageDraw, wound: Wound, random: Random) -> None:
    """A wavy outline of the measured length and width: red granulation with a yellow part; a pale scar when healed."""
    across, along = (1.2, 0.9) if wound.healed else (wound.length, wound.width)
    waves = [random.uniform(-0.08, 0.08) for _ in range(5)]

    def outline(scale: float) -> list[tuple[float, float]]:
        points = []
        for step in range(60):
            angle = math.tau * step / 60
            wave = 1 + sum(size * math.sin((number + 2) * angle) for number, size in enumerate(waves))
            points.append((370 + scale * wave * across * _PX_PER_CM / 2 * math.cos(angle), 215 + scale * wave * along * _PX_PER_CM / 2 * math.sin(angle)))
        return points

    if wound.healed:
        draw.polygon(outline(1.0), fill=(236, 205, 190))
        return
    draw.polygon(outline(1.12), fill=(206, 140, 125))
    draw.polygon(outline(1.0), fill=(176, 42, 46))
    draw.polygon(outline(math.sqrt(max(0.0, 1 - wound.granulation / 100))), fill=(214, 186, 92))


def _ruler(draw: ImageDraw.ImageDraw) -> None:
    left, top = 110.0, 420
    draw.rectangle((left - 10, top, left + _RULER_CM * _PX_PER_CM + 44, top + 44), fill=(250, 250, 245))
    for millimetre in range(_RULER_CM * 10 + 1):
        x = left + millimetre * _PX_PER_CM / 10
        draw.line((x, top, x, top + (18 if millimetre % 10 == 0 else 12 if millimetre % 5 == 0 else 7)), fill=(0, 0, 0))
        if millimetre % 10 == 0:
            draw.text((x - 4, top + 22), str(millimetre // 10), fill=(0, 0, 0), font_size=13)
    draw.text((left + _RULER_CM * _PX_PER_CM + 14, top + 22), "cm", fill=(0, 0, 0), font_size=13)
