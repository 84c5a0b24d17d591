# isovq: everything the README mentions. The build itself is Meson's (meson.build); this file adds what comes
# before it: missing Debian packages and the model files.

BUILD ?= build
PREFIX ?= /usr/local
MESON_OPTIONS ?=
SECONDS ?= 60

.PHONY: build demo test check bench fuzz deb check-style install clean help

help:
	@echo "make build        build/isovq; installs missing packages first (as root or with sudo)"
	@echo "make demo         measures a generated clip on every device found and compares the scores"
	@echo "make test         all tests, as CI runs them"
	@echo "make check    METRIC=NAME: everything about one metric on every device here"
	@echo "make bench        frames/s and memory for each metric, device and size"
	@echo "make fuzz         libFuzzer on readers, models, options and logs, SECONDS=$(SECONDS) each"
	@echo "make deb          Debian packages in build-deb"
	@echo "make check-style  formatting, lints, layering; part of make test"
	@echo "make install      to PREFIX ($(PREFIX))"
	@echo "make clean        removes all build folders"

build:
	@tools/install_deps.sh build
	@tools/fetch_models.sh $(BUILD)/models
	@[ -f $(BUILD)/build.ninja ] || meson setup $(BUILD) --prefix $(PREFIX) $(MESON_OPTIONS)
	@ninja -C $(BUILD) $$([ -t 1 ] || echo --quiet)

demo: build
	@tools/install_deps.sh demo
	@tools/demo.py $(BUILD)

test:
	@tools/install_deps.sh build demo test
	@tools/test.sh

check: build
	@tools/check_metric.sh $(BUILD) "$(METRIC)"

bench: build
	@python3 bench/bench.py $(BUILD) $(BENCH_OPTIONS)

fuzz:
	@tools/install_deps.sh build fuzz
	@tools/fuzz.sh $(SECONDS)

deb:
	@tools/install_deps.sh build deb
	@tools/fetch_models.sh build/models
	@tools/make_deb.sh

check-style:
	@tools/install_deps.sh build test
	@tools/style_check.sh

install: build
	@meson configure $(BUILD) -Dprefix=$(PREFIX)
	@ninja -C $(BUILD) --quiet
	@meson install -C $(BUILD) --no-rebuild

clean:
	@rm -rf build build-clang build-asan build-tsan build-arm64 build-arm64-root build-abi build-deb build-fuzz
