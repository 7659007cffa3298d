#!/usr/bin/env bash
# Correctness, then figures of the GPU backend, in one call that ends by itself: writes gpu.json and gpu.log into a folder.
#
#   benches/gpu.sh OUT             builds here, and runs here
#   benches/gpu.sh --build DIR     builds the binaries into DIR, to be carried to a machine without Rust
#   benches/gpu.sh --run DIR OUT   runs them there (Vulkan's loader and the card's driver must be installed)
#
# HUXLEY_BENCH_GPU=quick takes small sizes. Each step ends after at most four minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

build() {
    mkdir -p "$1"
    # One call for both, so that what they share is compiled once.
    cargo test --release -p huxley -p huxley-gpu --bench gpu --test agree --no-run --message-format=json \
        | python3 -c '
import json, shutil, sys
for message in map(json.loads, sys.stdin):
    names = {"gpu": "bench", "agree": "agree"}
    if message.get("executable") and message["target"]["name"] in names:
        shutil.copy(message["executable"], sys.argv[1] + "/" + names[message["target"]["name"]])
' "$1"
    { git rev-parse HEAD 2>/dev/null || echo unknown; } > "$1/commit"
}

run() {
    mkdir -p "$2"
    {
        date -u; uname -a; cat "$1/commit"; grep -m1 'model name' /proc/cpuinfo || true
        nvidia-smi --query-gpu=name,driver_version,memory.total,power.limit --format=csv 2>/dev/null || true
    } > "$2/gpu.log"
    # Strict equality needs correct division, which not every driver has: what fails is in the log, and the figures follow.
    HUXLEY_REQUIRE_GPU=1 timeout 240 "$1/agree" --test-threads=1 >> "$2/gpu.log" 2>&1 \
        || echo "tests of the backend failed: see above" | tee -a "$2/gpu.log"
    timeout 240 "$1/bench" --bench > "$2/gpu.json" 2>> "$2/gpu.log" || { echo "the bench failed" | tee -a "$2/gpu.log"; return 1; }
}

case "${1:?usage: benches/gpu.sh OUT | --build DIR | --run DIR OUT}" in
    --build) build "${2:?a folder}" ;;
    --run) run "${2:?a folder}" "${3:?a folder}" ;;
    *) build target/gpu-bench && run target/gpu-bench "$1" ;;
esac
