# refwalk: `make run` opens a sample, `make test` runs all tests, `make install` installs; `make help` lists all.
# What is missing on Debian and its kin is installed through apt, as root or with sudo.

PREFIX  ?= /usr/local
DESTDIR ?=
SWIFT   ?= swift

# What the build needs, and what the tests need beyond it.
PACKAGES      := git libc6-dev zlib1g-dev libelf-dev libdw-dev libncurses-dev
TEST_PACKAGES := tmux graphviz groff-base

# The Swift libraries go into the binary: it runs where no Swift is. lld, since the default linker warns of a function
# that the libraries have and refwalk does not call. No debug information: it costs a fifth of the build. Colours are off
# since the compiler is told of them, and would build all anew for a terminal after a pipe.
RELEASE := -c release --no-color-diagnostics --static-swift-stdlib --disable-index-store -debug-info-format none \
  -Xswiftc -use-ld=lld -Xlinker --gc-sections --product refwalk
BINARY  := .build/release/refwalk

BIN  := $(DESTDIR)$(PREFIX)/bin
MAN  := $(DESTDIR)$(PREFIX)/share/man/man1
BASH := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSH  := $(DESTDIR)$(PREFIX)/share/zsh/site-functions
FISH := $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
# The sample that `refwalk tutor` walks through.
SAMPLE := $(DESTDIR)$(PREFIX)/share/refwalk/go-leaks

CASES_FOLDER ?= .build/cases

.PHONY: build help setup run test check cases bench fuzz page torture install uninstall format lint clean

# What the build prints, a line a step, with the seconds gone; all of it where something is wrong.
define build_release
	log=$$(mktemp) && began=$$(date +%s) && \
	if [ ! -x $(BINARY) ]; then \
	  echo "building refwalk for the first time: 20 to 30 steps, some of a minute and more, about 5 minutes on 2 cores"; fi; \
	{ $(SWIFT) build $(RELEASE) 2>&1; echo $$? >"$$log.status"; } | tee "$$log" | \
	while IFS= read -r line; do case "$$line" in \
	  "["*"] Compiling "*|"["*"] Linking "*) \
	    set -- $$line; echo "  $$1 $$2 $$3  $$(($$(date +%s) - began)) s";; \
	  *"remote: "*|"Fetching "*|"Fetched "*|"Computing "*|"Creating "*) echo "  $$line";; esac; done; \
	status=$$(cat "$$log.status"); [ "$$status" -eq 0 ] || cat "$$log" >&2; rm -f "$$log" "$$log.status"; exit "$$status"
endef

build: setup ## build the release binary (the default)
	@$(build_release)

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

# $(call have_packages,names): installs those that are not there.
define have_packages
	@missing=; \
	for name in $(1); do \
	  dpkg-query -W -f '$${Status}' $$name 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$name"; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	if ! command -v apt-get >/dev/null; then \
	  echo "make: there is no apt here to install$$missing; if the build fails, install what they are called here" >&2; \
	  exit 0; \
	fi; \
	as=; \
	if [ "$$(id -u)" != 0 ]; then \
	  if ! command -v sudo >/dev/null; then \
	    echo "make: missing$$missing. Install as root: apt-get install$$missing" >&2; exit 1; \
	  fi; \
	  as=sudo; [ -t 0 ] || as='sudo -n'; \
	fi; \
	echo "installing$$missing"; \
	$$as apt-get update -qq </dev/null && \
	$$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing </dev/null >/dev/null
endef

setup: ## install what the build needs
	@if ! command -v $(SWIFT) >/dev/null; then \
	  echo "make: no Swift on the PATH; refwalk needs Swift 6.2 or newer: https://www.swift.org/install/" >&2; exit 1; \
	fi
	$(call have_packages,$(PACKAGES))

# Marks on the sample are kept outside of the checkout.
run: build ## open the sample dump
	@folder="$${XDG_STATE_HOME:-$$HOME/.local/state}/refwalk"; mkdir -p "$$folder" && \
	$(BINARY) Samples/go-leaks/after.heapdump.gz --executable Samples/go-leaks/go-leaks --marks "$$folder/sample.marks"

# $(call run_tests,options of swift test): builds and runs them; prints a line a suite, and of what failed all.
define run_tests
	@$(SWIFT) build --build-tests
	@log=$$(mktemp) && { $(SWIFT) test --skip-build --disable-xctest $(1) 2>&1; echo $$? >"$$log.status"; } | tee "$$log" | \
	  grep -a --line-buffered -E "^[^ ]+ (Suite .* (passed|failed)|Test run with)|✘|rror:"; \
	status=$$(cat "$$log.status"); if [ "$$status" -ne 0 ]; then echo "What failed:"; grep -a -A 20 --no-group-separator "✘" "$$log" | \
	  grep -a -v -e "◇" -e "✔" | tail -n 200; fi; rm -f "$$log" "$$log.status"; exit "$$status"
endef

# Left out of `make check`: runs of the program and journeys through a terminal, random keys, damaged and hostile inputs,
# deep and large graphs, whole dumps against figures.
SLOW := RefwalkTests|RandomKeys|RandomDump|FuzzCorpus|Hostile|LyingExecutable|DeepGraph|LargerGraph|FigureTests|TypesAgreement

test: setup ## run all tests
	$(call have_packages,$(TEST_PACKAGES))
	$(call run_tests,)

check: lint setup ## check the format and run the fast tests
	$(call run_tests,--skip '$(SLOW)')

cases: build ## run the bank of leak scenarios (those that are not kept are made: CASES_FOLDER; CASES_MADE=0 leaves them out)
	$(call have_packages,python3 python3-pip default-jdk-headless)
	@[ "$(CASES_MADE)" = 0 ] || PYTHONDONTWRITEBYTECODE=1 python3 Tests/Cases/make.py $(CASES_FOLDER)
	@PYTHONDONTWRITEBYTECODE=1 python3 Tests/Cases/run.py $(BINARY) --made $(CASES_FOLDER)

bench: build ## measure time and memory (minutes; BENCH_RUNS, BENCH_SIZES, BENCH_LARGE=0, BENCH_FOLDER)
	$(call have_packages,g++ python3 python3-pip)
	@Tests/Bench/bench.sh
	@python3 Tests/Bench/dumps.py $(BINARY) .build/release/refwalk-bench $(BENCH_FOLDER)
	@PYTHONDONTWRITEBYTECODE=1 python3 Tests/Bench/snapshots.py $(BINARY) .build/release/refwalk-bench $(BENCH_FOLDER)

torture: build ## random journeys on mutated dumps, kills, full disks, storms of signals (TORTURE_MINUTES=20)
	$(call have_packages,python3 graphviz)
	@PYTHONDONTWRITEBYTECODE=1 python3 Tests/Bench/shapes.py $(BINARY)
	@PYTHONDONTWRITEBYTECODE=1 python3 Tests/Torture/torture.py $(BINARY) $(or $(TORTURE_MINUTES),20)

page: build ## pictures of an exported page in Chromium, as wide as a desk's screen and as a phone's (PAGE_FOLDER)
	$(call have_packages,chromium)
	@Tests/Page/page.sh $(BINARY) $(or $(PAGE_FOLDER),.build/page)

fuzz: setup ## fuzz the readers of dumps (FUZZ_SECONDS=600 for each of FUZZ_FORMATS="executable go hprof v8")
	@Tests/Fuzz/fuzz.sh

# With sudo, Swift is often not on the PATH: what was built before is installed then.
install: ## install under PREFIX (/usr/local), below DESTDIR
	@if command -v $(SWIFT) >/dev/null; then $(MAKE) --no-print-directory build; \
	elif [ ! -x $(BINARY) ]; then echo "make: run make build first" >&2; exit 1; fi
	@install -d "$(BIN)" "$(MAN)" "$(BASH)" "$(ZSH)" "$(FISH)" "$(SAMPLE)"
	@install -s -m 755 $(BINARY) "$(BIN)/refwalk"
	@$(BINARY) manual > "$(MAN)/refwalk.1"
	@$(BINARY) --generate-completion-script bash > "$(BASH)/refwalk"
	@$(BINARY) --generate-completion-script zsh > "$(ZSH)/_refwalk"
	@$(BINARY) --generate-completion-script fish > "$(FISH)/refwalk.fish"
	@install -m 644 Samples/go-leaks/after.heapdump.gz Samples/go-leaks/go-leaks "$(SAMPLE)"
	@chmod 644 "$(MAN)/refwalk.1" "$(BASH)/refwalk" "$(ZSH)/_refwalk" "$(FISH)/refwalk.fish"
	@echo "installed $(BIN)/refwalk, its manual page, completions and the sample of its tutor"

uninstall: ## remove what install has installed
	@rm -f "$(BIN)/refwalk" "$(MAN)/refwalk.1" "$(BASH)/refwalk" "$(ZSH)/_refwalk" "$(FISH)/refwalk.fish" \
	  "$(SAMPLE)/after.heapdump.gz" "$(SAMPLE)/go-leaks"
	@rmdir -p "$(SAMPLE)" 2>/dev/null || true

format: ## format all sources
	@$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

lint: ## check the format of all sources
	@$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

clean: ## remove what was built
	@rm -rf .build
