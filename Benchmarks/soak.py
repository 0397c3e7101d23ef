#!/usr/bin/env python3
"""A long run behind a slow encoder: the memory of the process has to stay flat, and nothing may be left behind.

    python3 Benchmarks/soak.py PROGRAM SOURCE CLIP [--frames 10000] [--height 216] [--preset veryslow] [-- OPTIONS]

PROGRAM is the built `likeness`, SOURCE a portrait, CLIP a video with a face; it is scaled and repeated to the wanted
number of frames. Needs the ffmpeg program. The encoder's preset makes the encoder the slowest stage, so that frames
would pile up in front of it if anything let them. The process's resident memory is read twice a second; printed are the
medians of ten equal parts of the run. Exit status 1 when the last part holds over 5 % more than the third, when the
number of frames is wrong or when a file other than the output is left.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile, time


def resident(pid):
    """Resident memory in MB (of 1,000,000 bytes); None once the process is gone."""
    try:
        with open(f"/proc/{pid}/status") as status:
            lines = [line for line in status if line.startswith("VmRSS:")]
        return int(lines[0].split()[1]) * 1024 / 1e6 if lines else None
    except OSError:
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("source")
    parser.add_argument("clip")
    parser.add_argument("--frames", type=int, default=10_000)
    parser.add_argument("--height", type=int, default=216)
    parser.add_argument("--preset", default="veryslow")
    parser.add_argument("options", nargs="*", help="further options of `likeness run`, after --")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        long, output, report = (os.path.join(folder, name) for name in ("long.mp4", "out.mp4", "report.json"))
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-stream_loop", "-1", "-i", arguments.clip, "-an", "-frames:v",
             str(arguments.frames), "-vf", f"scale=-2:{arguments.height}", "-preset", "veryfast", long], check=True)
        process = subprocess.Popen(
            [arguments.program, "run", "-s", arguments.source, "-t", long, "-o", output, "--report", report,
             "--log-level", "error", "--output-video-preset", arguments.preset, "--consent-statement",
             "Soak test with portraits whose owners agreed.", *arguments.options])
        held = []
        while process.poll() is None:
            held.append(resident(process.pid))
            time.sleep(0.5)
        held = [value for value in held if value]
        if process.returncode:
            raise SystemExit(f"the run ended with status {process.returncode}")
        with open(report) as text:
            facts = json.load(text)
        left = sorted(set(os.listdir(folder)) - {"long.mp4", "out.mp4", "report.json"})
    size = max(1, len(held) // 10)
    parts = [statistics.median(held[start:start + size]) for start in range(0, size * 10, size) if held[start:]]
    print("memory, MB, medians of tenths: " + " ".join(f"{part:.0f}" for part in parts))
    print(f"{facts['frames']} frames, {facts['faces_swapped']} faces, {facts['fps']:.1f} fps, "
          f"peak {facts['peak_memory_mb']:.0f} MB")
    for stage in ("decode", "faces", "mask", "swap_finish", "encode", "wait"):
        if stage in facts["stages"]:
            print(f"  {stage:12} {facts['stages'][stage]['total_s']:8.1f} s")
    grown = len(parts) > 3 and parts[-1] > parts[2] * 1.05
    if grown or left or facts["frames"] != arguments.frames:
        raise SystemExit(f"not flat: {grown}; left behind: {left}; frames: {facts['frames']} of {arguments.frames}")


if __name__ == "__main__":
    sys.exit(main())
