# Foretide. `make demo` runs it, `make test` proves it; both install what they need.

PYTHON := /usr/bin/python3
BUILD := swift build -c release
SWIFT_SOURCES := Package.swift Sources Tests examples scripts
export SWIFT_BACKTRACE := enable=no

# What the build and the tests need beyond Swift 6.3, by Debian package.
PACKAGES := g++ libzmq3-dev libsimdjson-dev libmsgpack-dev libsqlite3-dev sqlite3 \
            python3 python3-zmq python3-msgpack python3-pytest python3-venv strace e2fsprogs

# What Debian has no package of: the reader of safetensors files that others use.
TEST_PYTHON := .build-python/bin/python
SAFETENSORS := safetensors==0.8.0

.PHONY: all setup build demo classics test test-unit test-levels test-end-to-end test-address test-thread torture lint \
        format clean install build-install install-files

all: build

## Installs the Debian packages that are missing; does nothing when all are there.
setup:
	@missing=$$(for package in $(PACKAGES); do \
	    dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' \
	      || echo $$package; done); \
	if [ -n "$$missing" ]; then \
	    sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	    echo "Installing" $$missing; \
	    $$sudo apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq $$missing >/dev/null; \
	fi

## The program: .build/release/foretide
build: setup
	$(BUILD) --product foretide

## Six synthetic sensors through real sockets, with a live view; ends by itself.
demo: build
	.build/release/foretide demo --seconds 30

## The textbook experiments of docs/classics.md: tables, and plots into .build/classics.
classics: setup
	$(BUILD) --product classics
	.build/release/classics

## Style, every test optimised, then again under the address and thread sanitizers.
test: lint test-unit test-levels test-end-to-end test-address test-thread


test-unit: build
	swift test -c release --disable-xctest --disable-testable-imports

# The numeric cores once more with less than the processor has; a level that it has not is left out.
test-levels: test-unit
	for level in scalar x86-64-v2 x86-64-v3; do \
	    FORETIDE_ENGINE_ISA=$$level swift test -c release --disable-xctest \
	        --disable-testable-imports --skip-build --filter KernelsTests --filter NetworksTests \
	        || exit 1; \
	done

# XCTest leaks a little by itself, which LeakSanitizer reports; so does TOMLKit (the suppressions).
test-address: setup
	LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/leaks.suppressions \
	swift test -c release --disable-xctest --sanitize=address --scratch-path .build-address

test-thread: setup
	swift test -c release --disable-xctest --sanitize=thread --scratch-path .build-thread \
	    --filter DaemonTests --filter TransportTests

## pyzmq clients against the real program: every format, faults, signals, rubbish, and the service
## under a systemd that is booted for it, which takes root.
test-end-to-end: PACKAGES += $(if $(filter 0,$(shell id -u)),systemd systemd-container)
test-end-to-end: build $(TEST_PYTHON)
	$(TEST_PYTHON) -m pytest -q Tests/EndToEnd

$(TEST_PYTHON): | setup
	$(PYTHON) -m venv --system-site-packages .build-python
	@.build-python/bin/pip install --quiet --disable-pip-version-check $(SAFETENSORS) \
	        2>.build-python/pip.log \
	    || { grep -a ERROR .build-python/pip.log; rm -rf .build-python; \
	         echo "Cannot install $(SAFETENSORS), which the tests end to end need once: a package" \
	              "index must be reachable (PIP_INDEX_URL, PIP_FIND_LINKS)."; \
	         echo "All other tests run without: make lint test-unit test-levels test-address" \
	              "test-thread"; exit 1; } >&2

## What `make test` does to the state a few times, TORTURE times: kill -9, damaged files, every disk
## error at each of the first 30 calls; 20 power cuts; and a flood of 1,000,000 names. It judges times too, so it
## wants a machine for itself; about two hours.
TORTURE := 1000
torture: build
	FORETIDE_TORTURE=$(TORTURE) swift test -c release --disable-xctest --disable-testable-imports \
	    --filter StoreTests
	FORETIDE_TORTURE=$(TORTURE) $(PYTHON) -m pytest -q -s Tests/EndToEnd/test_state*.py
	FORETIDE_TEST_FLOOD=1000000 $(PYTHON) -m pytest -q -s Tests/EndToEnd/test_eviction.py

lint:
	swift format lint --strict --recursive $(SWIFT_SOURCES)

format:
	swift format format --in-place --recursive $(SWIFT_SOURCES)

## The program and what systemd needs: make install PREFIX=/usr DESTDIR=/tmp/package
PREFIX := /usr/local
SYSCONFDIR := /etc
UNITS := $(PREFIX)/lib/systemd/system
DOC := $(PREFIX)/share/doc/foretide
INSTALLED := .build-install/release/foretide

install: build-install install-files

# Swift's libraries inside, so that the machine that runs it needs none.
build-install: setup
	$(BUILD) --product foretide --static-swift-stdlib --scratch-path .build-install

# The configuration is left alone where there is one.
install-files:
	install -D -m 755 -s $(INSTALLED) $(DESTDIR)$(PREFIX)/bin/foretide
	install -d $(DESTDIR)$(UNITS) $(DESTDIR)$(DOC)/drop-ins $(DESTDIR)$(SYSCONFDIR)/foretide
	for unit in foretide.service foretide.socket foretide-failed.target; do \
	    sed -e 's|/usr/bin/foretide|$(PREFIX)/bin/foretide|' \
	        -e 's|/etc/foretide|$(SYSCONFDIR)/foretide|' \
	        -e 's|/usr/share/doc/foretide|$(DOC)|' \
	        systemd/$$unit >$(DESTDIR)$(UNITS)/$$unit || exit; \
	done
	cp -r systemd/drop-ins $(DESTDIR)$(DOC)/
	install -m 644 docs/*.md $(DESTDIR)$(DOC)/
	install -D -m 644 systemd/foretide.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/foretide.conf
	test -e $(DESTDIR)$(SYSCONFDIR)/foretide/foretide.toml \
	    || $(INSTALLED) config \
	    | install -m 644 /dev/stdin $(DESTDIR)$(SYSCONFDIR)/foretide/foretide.toml
	@echo "Then: systemd-sysusers && systemctl daemon-reload && systemctl enable --now foretide"

clean:
	rm -rf .build .build-address .build-thread .build-install
