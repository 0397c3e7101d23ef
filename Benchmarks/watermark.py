#!/usr/bin/env python3
"""Measures the invisible watermark on real media: the bars of quality and robustness, beside invisible-watermark's dwtDct.

    python3 Benchmarks/watermark.py MEDIA PROGRAM [--pictures 200] [--clips 50] [--keys 200] [--work FOLDER]

MEDIA holds `photos/` and `videos/`; PROGRAM is the built target `WatermarkBench`. Needs the ffmpeg program, numpy and
OpenCV; with PyWavelets and invisible-watermark importable the peer is measured on the same pictures and clips.
Pictures and clips are pieces of the media at different places and sizes, the same in every run.
"""
import argparse, glob, json, os, random, shutil, subprocess, sys
import cv2
import numpy as np

IDS = random.Random(7)
PEER_BITS = 64


def sh(*command):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *command], check=True)


def peer():
    """The class of invisible-watermark, without the package's start (which wants torch)."""
    try:
        import importlib.util, types
        found = importlib.util.find_spec("imwatermark")
        folder = os.path.dirname(found.origin)
        package = types.ModuleType("imwatermark")
        package.__path__ = [folder]
        sys.modules["imwatermark"] = package
        from imwatermark.maxDct import EmbedMaxDct
        return EmbedMaxDct
    except Exception as error:
        print("the peer is not measured:", error)
        return None


def peer_bits(hexid):
    return [int(b) for b in bin(int(hexid, 16))[2:].zfill(PEER_BITS)]


def peer_mark(tool, picture, hexid):
    return np.clip(tool(peer_bits(hexid), PEER_BITS).encode(picture), 0, 255).astype(np.uint8)


def peer_read(tool, picture, hexid):
    try:
        bits = tool(watermarks=[], wmLen=PEER_BITS).decode(picture)
        return [int(round(float(b))) for b in np.array(bits).ravel()] == peer_bits(hexid)
    except Exception:
        return False


def psnr(a, b):
    error = np.mean((a.astype(float) - b.astype(float)) ** 2)
    return 99.0 if error == 0 else 10 * np.log10(255**2 / error)


def make_pictures(media, work, count):
    photos = sorted(p for p in glob.glob(f"{media}/photos/*") if "lowres" not in p)
    draw, made = random.Random(11), []
    for index in range(count):
        photo = cv2.imread(photos[index % len(photos)])
        h, w = photo.shape[:2]
        if index >= len(photos):
            share = draw.uniform(0.5, 0.9)
            ch, cw = int(h * share), int(w * share)
            y, x = draw.randrange(h - ch + 1), draw.randrange(w - cw + 1)
            photo = photo[y:y + ch, x:x + cw]
            if draw.random() < 0.4:
                size = draw.uniform(0.6, 1.4)
                photo = cv2.resize(photo, None, fx=size, fy=size, interpolation=cv2.INTER_AREA if size < 1 else cv2.INTER_CUBIC)
        # Below 320 pixels a side half the size says nothing about the web any more.
        if min(photo.shape[:2]) < 320:
            photo = cv2.resize(photo, None, fx=320 / min(photo.shape[:2]), fy=320 / min(photo.shape[:2]))
        path = f"{work}/p{index:03}.png"
        cv2.imwrite(path, photo)
        made.append(path)
    return made


def make_clips(media, work, count):
    videos = sorted(glob.glob(f"{media}/videos/*.mp4"))
    draw, made = random.Random(13), []
    for index in range(count):
        video = videos[index % len(videos)]
        probe = subprocess.run(
            ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "stream=width,height,duration", "-of",
             "csv=p=0", video], capture_output=True, text=True).stdout.split(",")
        w, h, length = int(probe[0]), int(probe[1]), float(probe[2])
        start = draw.uniform(0, max(0.0, length - 1.6))
        turn = index // len(videos)
        scale = [1, 1, 1.5, 1.25, 2][turn % 5]
        if index % 17 == 16:
            scale = 1080 / h
        size = f"scale={int(w * scale) // 2 * 2}:{int(h * scale) // 2 * 2}:flags=lanczos"
        path = f"{work}/c{index:03}.mkv"
        sh("-ss", f"{start:.2f}", "-i", video, "-t", "1.5", "-an", "-vf", size, "-c:v", "libx264", "-crf", "6",
           "-preset", "veryfast", path)
        made.append(path)
    return made


# Name, bar in per cent or None, arguments for ffmpeg between input and output, ending of the output.
PICTURE_ATTACKS = [
    ("as written (PNG)", None, None, "png"),
    ("JPEG 75", 99, "jpeg75", "jpg"),
    ("JPEG 50", None, "jpeg50", "jpg"),
    ("scaled to 50 %", 95, ["-vf", "scale=iw/2:ih/2"], "png"),
    ("scaled to 50 %, JPEG 85", None, "half85", "jpg"),
    ("cropped to 70 % of each side", 95, ["-vf", "crop=trunc(iw*0.7):trunc(ih*0.7):iw*0.13:ih*0.17"], "png"),
    ("brightness and contrast +5 %", 95, ["-vf", "eq=brightness=0.05:contrast=1.05"], "png"),
    ("brightness and contrast -5 %", 95, ["-vf", "eq=brightness=-0.05:contrast=0.95"], "png"),
    ("WebP 75", 95, "webp75", "webp"),
]
CLIP_ATTACKS = [
    ("as written (product's default)", None, None, "mp4"),
    ("H.264 CRF 28", 99, ["-c:v", "libx264", "-crf", "28"], "mp4"),
    ("H.264 CRF 33", 95, ["-c:v", "libx264", "-crf", "33"], "mp4"),
    ("scaled to 50 %, CRF 23", 95, ["-vf", "scale=trunc(iw/4)*2:trunc(ih/4)*2", "-c:v", "libx264", "-crf", "23"], "mp4"),
    ("cropped to 70 % of each side, CRF 23", 95,
     ["-vf", "crop=trunc(iw*0.35)*2:trunc(ih*0.35)*2:iw*0.13:ih*0.17", "-c:v", "libx264", "-crf", "23"], "mp4"),
    ("brightness and contrast +5 %, CRF 23", 95,
     ["-vf", "eq=brightness=0.05:contrast=1.05", "-c:v", "libx264", "-crf", "23"], "mp4"),
    ("brightness and contrast -5 %, CRF 23", 95,
     ["-vf", "eq=brightness=-0.05:contrast=0.95", "-c:v", "libx264", "-crf", "23"], "mp4"),
    ("VP9 CRF 36", 95, ["-c:v", "libvpx-vp9", "-crf", "36", "-b:v", "0", "-cpu-used", "6", "-deadline", "realtime"], "webm"),
    ("H.265 CRF 28", 95, ["-c:v", "libx265", "-crf", "28", "-preset", "fast", "-x265-params", "log-level=none"], "mp4"),
]


def attack(source, target, how):
    if how is None:
        shutil.copy(source, target)
    elif isinstance(how, list):
        sh("-i", source, *how, "-an", "-threads", "1", target)
    else:
        picture = cv2.imread(source)
        if how == "half85":
            picture = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        kind = cv2.IMWRITE_WEBP_QUALITY if "webp" in how else cv2.IMWRITE_JPEG_QUALITY
        cv2.imwrite(target, picture, [kind, int(how[-2:])])


def attacked(source, attacks, work, prefix):
    targets = []
    for index, (_, _, how, ending) in enumerate(attacks):
        targets.append(f"{work}/{prefix}-attacked{index}.{ending}")
        attack(source, targets[-1], how)
    return targets


class Table:
    def __init__(self):
        self.rows = {}

    def add(self, name, bar, found, wrong, peer_found):
        row = self.rows.setdefault(name, [bar, 0, 0, 0, 0, 0])
        row[1] += 1
        row[2] += found
        row[3] += wrong
        if peer_found is not None:
            row[4] += 1
            row[5] += peer_found

    def add_all(self, attacks, answers, others):
        """Takes the answers to one file; gives the confidences of those that were right."""
        for (name, bar, _, _), (found, wrong, _), other in zip(attacks, answers, others):
            self.add(name, bar, found, wrong, other)
        return [sure for found, _, sure in answers if found]

    def show(self, what):
        print(f"\n| {what} | bar | Likeness | wrong id | dwtDct |\n|---|---|---|---|---|")
        for name, (bar, n, found, wrong, peer_n, peer_found) in self.rows.items():
            other = f"{100 * peer_found / peer_n:.1f} % ({peer_found}/{peer_n})" if peer_n else "–"
            limit = f"≥ {bar} %" if bar else "–"
            print(f"| {name} | {limit} | {100 * found / n:.1f} % ({found}/{n}) | {wrong} | {other} |", flush=True)


def judge(program, paths, hexid):
    """For each file: whether the id is read, whether another is, and the confidence."""
    out = subprocess.run([program, "read", "5", *paths], capture_output=True, text=True)
    if out.returncode:
        raise SystemExit(out.stderr)
    answers = []
    for line in out.stdout.splitlines():
        finding = json.loads(line)
        got = finding["id"]["value"] if finding.get("id") else None
        answers.append((got == int(hexid, 16), got is not None and got != int(hexid, 16), finding["confidence"]))
    return answers


def measure_pictures(options, tool, pictures):
    table, quality, peer_quality, confidence = Table(), [], [], []
    for index, path in enumerate(pictures):
        measures_peer = tool and index % options.peer_every == 0
        hexid = f"{IDS.getrandbits(64):016x}"
        marked, theirs = path.replace(".png", "m.png"), path.replace(".png", "t.png")
        subprocess.run([options.program, "mark", path, marked, hexid, "5"], check=True)
        original = cv2.imread(path)
        quality.append(psnr(cv2.imread(marked), original))
        if measures_peer:
            other = peer_mark(tool, original, hexid)
            peer_quality.append(psnr(other, original))
            cv2.imwrite(theirs, other)
        targets = attacked(marked, PICTURE_ATTACKS, options.work, "p")
        answers = judge(options.program, targets, hexid)
        others = [None] * len(answers)
        if measures_peer:
            targets = attacked(theirs, PICTURE_ATTACKS, options.work, "p")
            others = [peer_read(tool, cv2.imread(target), hexid) for target in targets]
        confidence += table.add_all(PICTURE_ATTACKS, answers, others)
        if index % 20 == 19 and index + 1 < len(pictures):
            table.show(f"first {index + 1} pictures")
    table.show(f"{len(pictures)} pictures")
    print(f"\nPSNR of RGB: least {min(quality):.2f} dB, middle {np.median(quality):.2f} dB"
          + (f"; dwtDct: least {min(peer_quality):.2f} dB, middle {np.median(peer_quality):.2f} dB" if tool else ""))
    print(f"log10 of the false-positive bound: middle {np.median(confidence):.1f}, worst {max(confidence):.1f}")


def frames(path):
    capture, result = cv2.VideoCapture(path), []
    while True:
        ok, frame = capture.read()
        if not ok:
            return result
        result.append(frame)


def luma(path):
    probe = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "stream=width,height", "-of",
                            "csv=p=0", path], capture_output=True, text=True).stdout.split(",")
    w, h = int(probe[0]), int(probe[1])
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"],
                         capture_output=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, h * 3 // 2, w)[:, :h]


def peer_clip(tool, path, out, exact, hexid):
    """Every frame marked by the peer, written like our own clip (H.264 CRF 10), and without any loss as RGB."""
    pictures = [peer_mark(tool, f, hexid) for f in frames(path)]
    h, w = pictures[0].shape[:2]
    pipe = subprocess.Popen(["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{w}x{h}", "-r",
                             "25", "-i", "-", "-c:v", "libx264", "-crf", "10", "-pix_fmt", "yuv420p", out, "-c:v", "ffv1",
                             "-pix_fmt", "bgr0", exact], stdin=subprocess.PIPE)
    pipe.communicate(b"".join(p.tobytes() for p in pictures))


def peer_clip_read(tool, path, hexid):
    """Any frame of the first ten that gives the whole id counts for the peer."""
    return any(peer_read(tool, f, hexid) for f in frames(path)[:10])


def measure_clips(options, tool, clips):
    table, quality, confidence = Table(), [], []
    for index, path in enumerate(clips):
        measures_peer = tool and index % options.peer_every == 0
        hexid = f"{IDS.getrandbits(64):016x}"
        marked, theirs = path.replace(".mkv", "m.mp4"), path.replace(".mkv", "t.mp4")
        subprocess.run([options.program, "mark", path, marked, hexid, "5"], check=True)
        exact = path.replace(".mkv", "x.mkv")
        subprocess.run([options.program, "mark", path, exact, hexid, "5", "lossless"], check=True)
        quality.append(psnr(luma(exact), luma(path)))
        if measures_peer:
            peer_clip(tool, path, theirs, theirs.replace("t.mp4", "y.mkv"), hexid)
        # dwtDct fails on some content before anything is lost; this row tells that from what compression does.
        found, wrong, _ = judge(options.program, [exact], hexid)[0]
        table.add("without loss (dwtDct: RGB)", None, found, wrong,
                  peer_clip_read(tool, theirs.replace("t.mp4", "y.mkv"), hexid) if measures_peer else None)
        targets = attacked(marked, CLIP_ATTACKS, options.work, "c")
        answers = judge(options.program, targets, hexid)
        others = [None] * len(answers)
        if measures_peer:
            targets = attacked(theirs, CLIP_ATTACKS, options.work, "c")
            others = [peer_clip_read(tool, target, hexid) for target in targets]
        confidence += table.add_all(CLIP_ATTACKS, answers, others)
        if index % 5 == 4 and index + 1 < len(clips):
            table.show(f"first {index + 1} clips")
    table.show(f"{len(clips)} clips")
    print(f"\nPSNR of luma: least {min(quality):.2f} dB, middle {np.median(quality):.2f} dB")
    print(f"log10 of the false-positive bound: middle {np.median(confidence):.1f}, worst {max(confidence):.1f}")


def measure_false(options, pictures, clips):
    """Unmarked media with many keys, and marked media with wrong keys."""
    for what, paths in [("unmarked pictures", [p for p in pictures]), ("unmarked clips", clips[:10]),
                        ("marked pictures, wrong keys", [p.replace(".png", "m.png") for p in pictures[:50]]),
                        ("marked clips, wrong keys", [c.replace(".mkv", "m.mp4") for c in clips[:10]])]:
        if not paths:
            continue
        keys = options.keys if "picture" in what else max(1, options.keys // 10)
        out = subprocess.run([options.program, "keys", str(keys), *paths], capture_output=True, text=True, check=True)
        answer = json.loads(out.stdout)
        print(f"{what}: {answer['found']} ids in {answer['trials']} readings", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("media")
    parser.add_argument("program")
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--clips", type=int, default=50)
    parser.add_argument("--keys", type=int, default=20)
    parser.add_argument("--peer-every", type=int, default=1, help="measure the slow peer on every n-th file only")
    parser.add_argument("--work", default="watermark-work")
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    cv2.setNumThreads(1)
    tool = peer()
    pictures = make_pictures(options.media, options.work, options.pictures) if options.pictures else []
    clips = make_clips(options.media, options.work, options.clips) if options.clips else []
    if pictures:
        measure_pictures(options, tool, pictures)
    if clips:
        measure_clips(options, tool, clips)
    if options.keys:
        measure_false(options, pictures, clips)
    subprocess.run([options.program, "speed"], check=True)


if __name__ == "__main__":
    main()
