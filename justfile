# The habits of this repository: `just` lists them. `just` itself: https://just.systems; every line also works by hand.

_default:
    @just --list --unsorted

# Everything that CI runs.
ci:
    .ci/run

# Format, lint and the quick tests.
check:
    cargo fmt
    cargo clippy --locked --all-targets
    cargo test --locked --lib
    cargo test --locked --test floors --test golden_logits

# All tests; those whose data is missing say `ignored`.
test *ARGS:
    cargo test --locked {{ARGS}}

# Rewrite the man pages from the binary.
bless:
    BLESS=1 cargo test --locked --test generated

# Python with timm, transformers and torchvision, for `golden` and `references`.
python:
    python3 -m venv target/reference-venv
    target/reference-venv/bin/pip install --quiet -r tests/golden/requirements.txt

# Rewrite the golden logits, costs, inputs, scores and small pictures from the libraries.
golden:
    cargo test --locked --test references -- --list | sed -n 's/^logits::\(.*\): test$/\1/p' > target/networks
    xargs target/reference-venv/bin/python tests/golden/costs.py < target/networks
    xargs target/reference-venv/bin/python tests/golden/inputs.py < target/networks
    cargo test --locked --test golden_logits -- --list | sed -n '/every_row/d; /^features::/d; /^bf16::/d; s/^\(.*\): test$/\1/p' > target/networks
    xargs target/reference-venv/bin/python tests/golden/logits.py < target/networks
    xargs target/reference-venv/bin/python tests/golden/activation_maps.py < target/networks
    cut -f 1 tests/golden/features.tsv | uniq > target/networks
    xargs target/reference-venv/bin/python tests/golden/features.py < target/networks
    target/reference-venv/bin/python tests/golden/heads.py
    target/reference-venv/bin/python tests/golden/photos.py
    target/reference-venv/bin/python tests/golden/pixels_small.py
    target/reference-venv/bin/python tests/golden/pixels_libraries.py
    target/reference-venv/bin/python tests/golden/preprocessing.py

# Checkpoints and logits of every library, 1.6 GB, for `cargo test --test references`.
references:
    cargo test --locked --test references -- --list | sed -n 's/^logits::\(.*\): test$/\1/p' > target/networks
    xargs target/reference-venv/bin/python tests/golden/references.py target/reference < target/networks

# Latency of the networks, kernels and preprocessing.
bench *ARGS:
    cargo bench --locked {{ARGS}}
