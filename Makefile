# `make help` lists what there is.

SHELL := /bin/sh
# A toolchain that `make setup` has just installed is found too.
export PATH := $(PATH):$(HOME)/.cargo/bin

# Passed on: make run ARGS='--listen 127.0.0.1:9000', make bench ARGS=--quick
ARGS ?=
# Collections in BEIR's form, one a folder, for `make eval`.
EVAL_DATA ?= ../shared/eval
# What `make eval` writes.
QUALITY := docs/quality.md
# Cases of each property (but those that say their own number) and each fuzzing test in `make fuzz`.
FUZZ_CASES ?= 20000
# `make test` tries the same cases each time: chance is for `make fuzz`.
SEED ?= 1

# The pages in a real browser: its tests, their packages, and the program that they start.
BROWSER := tests/browser
BROWSER_PACKAGES := $(BROWSER)/node_modules/.package-lock.json
export SPRAVKA_BIN ?= $(abspath $(or $(CARGO_TARGET_DIR),target))/debug/spravka
export CHROMIUM ?= /usr/bin/chromium

# Older distributions bring an older one; then all else is checked, and that this was not is said.
NODE_IS_NEW := node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'

# What must be there besides Rust; `setup` knows the Debian packages that bring it.
TOOLS := cc git curl node npm $(CHROMIUM)

.DEFAULT_GOAL := help
.PHONY: help run test pages lighthouse screenshots bench fuzz eval fmt deny setup

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build and serve the articles at http://127.0.0.1:8080
	cargo run --release --locked -- serve $(ARGS)

test: export PROPTEST_RNG_SEED = $(SEED)
test: setup ## Every check: format, lints, docs, articles, golden queries, tests, the pages in a browser
	cargo fmt --check
	cargo clippy --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked
	cargo run --locked --quiet -- check
	cargo run --locked --quiet -- eval
	@if cargo nextest --version >/dev/null 2>&1; then \
		set -x; cargo nextest run --locked; \
	else \
		set -x; cargo test --locked; \
	fi
	cargo build --locked
	@if $(NODE_IS_NEW); then \
		$(MAKE) --no-print-directory $(BROWSER_PACKAGES) && node $(BROWSER)/run.mjs; \
	else \
		echo "SKIPPED: the pages were not tried in a browser. That needs Node.js 20.19 or later;" \
			"this is $$(node --version)." >&2; \
	fi

pages: built ## What each kind of page costs on first view: requests and bytes
	node $(BROWSER)/budget.mjs

lighthouse: built ## Lighthouse's scores, as a phone on a slow line gets the pages
	node $(BROWSER)/lighthouse.mjs

screenshots: built ## Take the pictures in docs/images
	node $(BROWSER)/screenshots.mjs

bench: ## Measure speed against floors; ARGS=--quick for a smoke test
	cargo bench --locked --bench speed -- $(ARGS)

fuzz: ## Throw FUZZ_CASES random inputs at parsers, queries and HTTP
	PROPTEST_CASES=$(FUZZ_CASES) cargo test --release --locked --lib
	SPRAVKA_FUZZ_CASES=$(FUZZ_CASES) cargo test --release --locked --test suite fuzzing

eval: ## Measure search quality, and write it to docs/quality.md
	cargo build --release --locked
	@{ \
		echo "# How good search is"; echo; \
		echo "Written by \`make eval\` on $$(date -u +%F), at commit $$(git rev-parse --short HEAD). The golden queries are"; \
		echo "in \`articles/\`; the collections are public ones of questions with known answers, typed well and badly."; \
		echo; echo "## Golden queries"; echo; echo '```text'; \
	} > $(QUALITY); \
	status=0; \
	cargo run --release --locked --quiet -- eval >> $(QUALITY) || status=1; \
	{ echo '```'; echo; echo "## Collections"; echo; } >> $(QUALITY); \
	set --; \
	for folder in "$(EVAL_DATA)"/*/; do \
		if [ -f "$$folder/corpus.jsonl" ]; then set -- "$$@" --beir "$$folder"; fi; \
	done; \
	if [ $$# -gt 0 ]; then \
		{ echo '```text'; \
		cargo run --release --locked --quiet -- eval "$$@" || status=1; \
		echo '```'; } >> $(QUALITY); \
	else \
		echo "Skipped: no collections in EVAL_DATA." >> $(QUALITY); \
	fi; \
	cat $(QUALITY); \
	exit $$status

fmt: ## Format the code
	cargo fmt

deny: ## Licenses and sources of what we depend on; needs cargo-deny
	cargo deny --locked check licenses bans sources

.PHONY: built
built: setup $(BROWSER_PACKAGES)
	cargo build --locked

# npm writes that file last: it is as new as what is installed.
$(BROWSER_PACKAGES): $(BROWSER)/package-lock.json | setup
	cd $(BROWSER) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# Installs what `make test` needs and is not there.
setup:
	@missing=; \
	for tool in $(TOOLS); do \
		command -v $$tool >/dev/null 2>&1 && continue; \
		case $$tool in \
			cc) package="gcc libc6-dev";; \
			curl) package="curl ca-certificates";; \
			node) package=nodejs;; \
			*chrom*) package=chromium;; \
			*) package=$$tool;; \
		esac; \
		missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
			echo "Installing$$missing"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
				apt-get install -y -qq --no-install-recommends $$missing || exit 1; \
		else \
			echo "Missing. On Debian: sudo apt-get install --no-install-recommends$$missing" >&2; \
			exit 1; \
		fi; \
	fi
	@command -v cargo >/dev/null 2>&1 || { \
		if [ "$$(id -u)" = 0 ]; then \
			echo "Installing Rust"; \
			curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | \
				sh -s -- -y -q --profile minimal -c rustfmt -c clippy; \
		else \
			echo "Rust is missing: install it from https://rustup.rs" >&2; exit 1; \
		fi; \
	}
	@for part in rustfmt clippy; do \
		case $$part in clippy) program=cargo-clippy;; *) program=$$part;; esac; \
		$$program --version >/dev/null 2>&1 || rustup component add $$part || { \
			echo "$$part is missing: rustup component add $$part" >&2; exit 1; }; \
	done
