#!/usr/bin/env python3
"""Draws a terminal's screen as SVG, for the README.

    tmux new-session -d -s demo -x 100 -y 30 'foretide demo --seconds 40'
    sleep 35; tmux capture-pane -e -p -t demo | scripts/terminal-to-svg.py > docs/demo.svg

Reads text with colour sequences (SGR) on standard input. Braille letters become dots and block
shades rectangles, so that the picture needs no font that has them.
"""

import html
import re
import sys
import unicodedata

CELL_WIDTH, CELL_HEIGHT, FONT_SIZE, MARGIN = 8.4, 18, 14, 12
BACKGROUND, FOREGROUND = "#14181f", "#d7dae0"
BASIC = ["#000000", "#cc4444", "#4e9a46", "#c4a000", "#3465a4", "#75507b", "#2f9a9a", "#d3d7cf",
         "#6c7380", "#ef5350", "#8ae234", "#fce94f", "#729fcf", "#ad7fa8", "#34e2e2", "#ffffff"]
LEVELS = [0, 95, 135, 175, 215, 255]
# Bit of each dot of a braille letter: (bit, column, row).
DOTS = [(0x01, 0, 0), (0x02, 0, 1), (0x04, 0, 2), (0x40, 0, 3),
        (0x08, 1, 0), (0x10, 1, 1), (0x20, 1, 2), (0x80, 1, 3)]


def colour(number):
    """One of xterm's 256 colours."""
    if number < 16:
        return BASIC[number]
    if number < 232:
        number -= 16
        return "#%02x%02x%02x" % tuple(LEVELS[number // step % 6] for step in (36, 6, 1))
    return "#%02x%02x%02x" % ((8 + 10 * (number - 232),) * 3)


def apply(codes, style):
    """The style after an SGR sequence with these codes."""
    codes = [int(code or 0) for code in codes.split(";")]
    style = dict(style)
    while codes:
        code = codes.pop(0)
        if code == 0:
            style = {}
        elif code == 1:
            style["bold"] = True
        elif code in (38, 48) and len(codes) >= 2 and codes[0] == 5:
            style["text" if code == 38 else "ground"] = colour(codes[1])
            del codes[:2]
        elif 30 <= code <= 37 or 90 <= code <= 97:
            style["text"] = colour(code - 30 if code < 90 else code - 82)
        elif 40 <= code <= 47 or 100 <= code <= 107:
            style["ground"] = colour(code - 40 if code < 100 else code - 92)
        elif code == 39:
            style.pop("text", None)
        elif code == 49:
            style.pop("ground", None)
        elif code == 22:
            style.pop("bold", None)
    return style


def cells(line):
    """(column, character, style) of every cell of a line."""
    column, style = 0, {}
    for sequence, character in re.findall("\x1b\\[([0-9;]*)m|(.)", line):
        if not character:
            style = apply(sequence, style)
            continue
        yield column, character, style
        column += 2 if unicodedata.east_asian_width(character) in "WF" else 1


def draw(lines):
    width = max((column + 1 for line in lines for column, _, _ in cells(line)), default=1)
    total = (width * CELL_WIDTH + 2 * MARGIN, len(lines) * CELL_HEIGHT + 2 * MARGIN)
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{total[0]:g}" height="{total[1]:g}" '
           f'viewBox="0 0 {total[0]:g} {total[1]:g}">')
    yield f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>'
    yield (f'<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace"'
           f' font-size="{FONT_SIZE}" xml:space="preserve">')
    for row, line in enumerate(lines):
        top = MARGIN + row * CELL_HEIGHT
        words = []
        for column, character, style in cells(line):
            left = MARGIN + column * CELL_WIDTH
            text = style.get("text", "#ffffff" if style.get("bold") else FOREGROUND)
            if "ground" in style:
                yield (f'<rect x="{left:.1f}" y="{top}" width="{CELL_WIDTH + 0.1:.1f}" '
                       f'height="{CELL_HEIGHT}" fill="{style["ground"]}"/>')
            if "\u2800" <= character <= "\u28ff":
                bits = ord(character) - 0x2800
                path = "".join(
                    f"M{left + (x + 0.5) * CELL_WIDTH / 2 - 1.3:.1f} "
                    f"{top + (y + 0.5) * CELL_HEIGHT / 4 - 1.3:.1f}h2.6v2.6h-2.6z"
                    for bit, x, y in DOTS if bits & bit)
                if path:
                    yield f'<path d="{path}" fill="{text}"/>'
            elif character != " ":
                last = words[-1] if words else None
                if last and last["end"] == column and last["style"] == style:
                    last["text"] += character
                    last["end"] += 1
                else:
                    words.append({"start": column, "end": column + 1, "text": character,
                                  "style": style, "fill": text})
        for word in words:
            weight = ' font-weight="600"' if word["style"].get("bold") else ""
            length = (word["end"] - word["start"]) * CELL_WIDTH
            yield (f'<text x="{MARGIN + word["start"] * CELL_WIDTH:.1f}" y="{top + 13.5}" '
                   f'textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs" '
                   f'fill="{word["fill"]}"{weight}>{html.escape(word["text"])}</text>')
    yield "</g></svg>"


if __name__ == "__main__":
    screen = sys.stdin.read().rstrip("\n").split("\n")
    print("\n".join(draw(screen)))
