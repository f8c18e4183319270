# Makefile - builds treadmill in build/<mode>/ and runs its checks; `make help` lists what it can do.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# New files need no edit: every sim/*/*.c goes into the program, every tests/test_*.c is a test program,
# every tests/bench_*.c a benchmark, any other tests/*.c but the few programs named below is linked into all of
# those, and every file of scenarios/ and plots/ travels inside the program.
#
# Yours to set:  CC  CPPFLAGS  CFLAGS  LDFLAGS  LDLIBS  (added to ours)   PREFIX  DESTDIR
#                MODE=release|sanitize   MPI=1 (sweeps over several machines)   V=1 (show the commands)   FILES='...' (what lint and fmt look at)
#                ONLY='test_base_* cli' (what check runs)   UPDATE=1 (check writes what came into the case files)
#                DIR=folder (whose models conformance judges)   ONLY=xml SECONDS=600 JOBS=2 (what fuzz tries, how long, at once)

VERSION := 0.1.0
MODES   := release sanitize
MODE    ?= release
PREFIX  ?= /usr/local

ifeq ($(origin CC),default)
CC := gcc
endif

GOALS := $(or $(MAKECMDGOALS),all)
ifeq ($(filter $(MODE),$(MODES)),)
$(error MODE is '$(MODE)'; it can be one of: $(MODES))
endif
ifeq ($(MAKELEVEL),0) # as many jobs as there are processors; a -j on the command line wins
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
MAKEFLAGS += --no-builtin-rules
Q := $(if $(V),,@)

# ---- flags ---------------------------------------------------------------------------------------------
# Same bits everywhere: no -ffast-math, no contraction of a * b + c.  errno after sqrt() is never read.
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wvla -Wundef -Wdouble-promotion
BASE     := -std=c17 -D_GNU_SOURCE -Iinclude -ffp-contract=off -fno-math-errno -fopenmp -g $(WARNINGS)
LIBS      = $(NETCDF) -lgsl -lgslcblas -lconfig -lexpat -lsleef -lm
release  := -O2
sanitize := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# Not one of MODES: nothing but the fuzzed program is built so, by clang, which alone has libFuzzer.
CLANG    ?= clang
fuzz     := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
cc        = $(if $(filter fuzz,$(1)),$(CLANG),$(CC))
base      = $(if $(filter fuzz,$(1)),$(filter-out -fopenmp,$(BASE)) -Wno-unknown-pragmas,$(BASE))

# Where libraries stand in an unusual place, pkg-config knows it.  Asked once, when first needed, because
# before the `needs` step there may be neither pkg-config nor a compiler.
ask_pkg  = $(shell for p in gsl libconfig expat sleef cmocka; do pkg-config $(1) $$p; done 2>/dev/null)
PKG_INC  = $(eval PKG_INC := $$(patsubst -I%,-isystem %,$$(sort $$(call ask_pkg,--cflags-only-I))))$(PKG_INC)
PKG_LIB  = $(eval PKG_LIB := $$(sort $$(call ask_pkg,--libs-only-L)))$(PKG_LIB)
NETCDF   = $(eval NETCDF := $$(shell pkg-config --libs netcdf 2>/dev/null))$(NETCDF)
NETCDF_INC = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags-only-I netcdf 2>/dev/null))

# With MPI=1, ranks.o takes the place of the ranks_none.o that is in the archive.
MPICC   ?= mpicc
MPI_INC  = $(patsubst -I%,-isystem %,$(shell $(MPICC) -showme:compile))
MPI_LIB  = $(shell $(MPICC) -showme:link)
HAS_MPI := $(shell $(MPICC) -showme:compile >/dev/null 2>&1 && echo yes)

# The user's flags come last, so they win; `$(1)` is the mode.
compile  = $(call cc,$(1)) $(call base,$(1)) $($(1)) $(SPEED) -DTREADMILL_VERSION='"$(VERSION)"' $(PKG_INC) $(CPPFLAGS) $(CFLAGS)
# The program's loops over members become vector loops by it; the bits stay the same.
build/release/sim/%.o: private SPEED := -O3
link     = $(CC) -fopenmp $($(1)) $(CFLAGS) $(PKG_LIB) $(LDFLAGS)

# ---- files ---------------------------------------------------------------------------------------------
SRC      := $(sort $(wildcard sim/*/*.c))
BUILT_IN := $(sort $(wildcard plots/*.gp scenarios/*.cfg scenarios/*.xmile scenarios/*.layout) \
            sim/run/kernel.h sim/run/lanes.h)
TESTS    := $(sort $(wildcard tests/test_*.c))
CHECKED  := $(if $(ONLY),$(filter $(patsubst %,tests/%.c,$(subst *,%,$(ONLY))),$(TESTS)),$(TESTS))
BENCHES  := $(sort $(wildcard tests/bench_*.c))
RUNNER   := $(sort $(wildcard tests/run_cases*.c))
JUDGE    := tests/run_conformance.c
FUZZER   := tests/fuzz_main.c
FUZZED   := $(filter-out $(FUZZER),$(sort $(wildcard tests/fuzz*.c)))
SUPPORT  := $(sort $(filter-out $(TESTS) $(BENCHES) $(RUNNER) $(JUDGE) $(FUZZER),$(wildcard tests/*.c)))
# X_none.c stands in for X.c where a library is not there that the program can do without.
LIB_SRC  := $(filter-out sim/app/main.c sim/app/emit.c sim/output/netcdf_none.c sim/ensemble/ranks.c,$(SRC))
B        := build/$(MODE)

# The shipped model's kernels: each of KERNELS (sim/app/emit.c) for each instruction set.
KERNELS  := headline every
X86_64   := $(filter x86_64%,$(shell $(CC) -dumpmachine 2>/dev/null || uname -m))
SETS     := $(if $(X86_64),x86-64-v4 x86-64-v3 x86-64-v2) generic
LANES_O  := $(filter-out %-generic.o,$(SETS:%=sim/run/eval_lanes-%.o)) # the generic one is built like any other file
KERNEL_O := $(foreach kernel,$(KERNELS),$(SETS:%=kernels/$(kernel)-%.o)) kernels/list.o
# Never sanitized: what they give is compared with the interpreter, bit for bit.
compile_kernel = $(CC) -std=gnu17 -O2 -fPIC -ffp-contract=off -fno-math-errno $(CPPFLAGS) $(CFLAGS)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
.PHONY: all demo check sanitize conformance fuzz docs bench lint fmt install uninstall clean help needs FORCE

# ---- what people type ----------------------------------------------------------------------------------
all: $B/treadmill ## build the program, build/release/treadmill

demo: build/release/treadmill ## compare tools alone with all four layers; draws charts in build/demo/
	@rm -rf build/demo && mkdir -p build/demo
	$Qbuild/release/treadmill compare scenarios/tools-only.cfg scenarios/four-layers.cfg \
	    --plot build/demo --force -o build/demo/compare.csv
	@printf '\nThe charts and the numbers are in build/demo/:\n'
	@ls build/demo | sed 's|^|  build/demo/|'

check: check-$(MODE) ## run every test; the last line counts passed, failed and skipped

sanitize: check-sanitize ## run every test under the address, leak and undefined-behaviour sanitizers

conformance: $B/tests/run_conformance ## compare the community's models with what they should give; DIR=folder for others
	@$< $(call quote,$(or $(DIR),../shared/conformance))

fuzz: build/fuzz/tests/fuzz_main ## try mutated files on the readers for SECONDS=600 each; ONLY=xml|equation|scenario
	@ONLY='$(ONLY)' JOBS='$(JOBS)' sh tests/fuzz.sh $< '$(or $(SECONDS),600)'

docs: build/release/treadmill build/release/tests/test_docs ## write docs/MODEL.md (the model, its results, the articles) and README's pictures
	@sh tests/docs.sh build/release > build/MODEL.md && mv build/MODEL.md docs/MODEL.md && echo 'written: docs/MODEL.md'
	@build/release/treadmill compare tools-only four-layers --plot build/docs --force -q
	@cp build/docs/compare.svg docs/ && echo 'drawn: docs/compare.svg'
	@build/release/treadmill loops tools-only --budget 0 --at 52 --cld docs/loops.svg --force -q && echo 'drawn: docs/loops.svg'

bench: build/release/treadmill $(BENCHES:%.c=build/release/%) ## run the benchmarks; each prints a checksum too
	@for b in $(BENCHES:%.c=build/release/%); do printf '== %s\n' "$${b##*/}"; \
	    TREADMILL="$$PWD/build/release/treadmill" $$b || exit 1; done
	@if [ -f tests/bench.sh ]; then TREADMILL="$$PWD/build/release/treadmill" sh tests/bench.sh; fi

lint: needs ## check layout, headers, formatting and warnings, and run the static analysers; FILES='...' narrows it
	@LINT_FLAGS=$(call quote,$(BASE) $(release) $(MPI_INC) $(CPPFLAGS)) sh tests/lint.sh $(FILES)

fmt: needs ## format every C file in place
	clang-format -i $(or $(FILES),$(wildcard include/sd/*.h sim/*/*.[ch] tests/*.[ch]))

install: $B/treadmill ## copy the program and its manual under PREFIX (/usr/local); DESTDIR is honoured
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/doc/treadmill'
	install -m 755 $B/treadmill '$(DESTDIR)$(PREFIX)/bin/treadmill'
	install -m 644 $(wildcard README.md LICENSE docs/*.md) '$(DESTDIR)$(PREFIX)/share/doc/treadmill'

uninstall: ## remove what install copied
	rm -f '$(DESTDIR)$(PREFIX)/bin/treadmill'
	rm -rf '$(DESTDIR)$(PREFIX)/share/doc/treadmill'

clean: ## remove build/
	rm -rf build

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# ---- what has to be installed first --------------------------------------------------------------------
# The goals that people start with on a fresh machine install it; the others only say what is missing.
NEEDS := $(if $(filter-out lint fmt,$(GOALS)),build) \
         $(if $(filter check sanitize conformance docs bench lint,$(GOALS)),build tests) $(if $(filter fuzz,$(GOALS)),fuzz) \
         $(if $(filter demo check sanitize docs,$(GOALS)),plots) $(if $(filter lint fmt,$(GOALS)),lint)
# Whoever types `make clean check` means this order, whatever the number of jobs.
needs: $(filter clean,$(GOALS))
	@CC='$(CC)' CLANG='$(CLANG)' FLAGS=$(call quote,$(CPPFLAGS) $(CFLAGS)) sh tests/needs.sh \
	    $(if $(filter demo check sanitize conformance fuzz bench lint,$(GOALS)),--install) $(NEEDS)

# ---- rules of one mode ---------------------------------------------------------------------------------
# A stamp is a text that is rewritten only when it changes, so that what depends on it is rebuilt then.
quote = '$(subst ','\'',$(1))'
stamp = @mkdir -p $(@D); stamp=$(1); \
        printf '%s\n' "$$stamp" | cmp -s - $@ || printf '%s\n' "$$stamp" > $@

define MODE_RULES
build/$(1)/flags: FORCE | needs
	$$(call stamp,$$(call quote,$$(call compile,$(1)) / $$(call link,$(1)) $$(LIBS) $$(LDLIBS) /)"$$$$($$(call cc,$(1)) --version)")
build/$(1)/names: FORCE | needs
	$$(call stamp,$$(call quote,$(LIB_SRC) $(SUPPORT) $(BUILT_IN)))
build/$(1)/commit: FORCE | needs
	$$(call stamp,"$$$$([ ! -e .git ] || git describe --always --dirty --exclude='*' 2>/dev/null)")

build/$(1)/%.o: %.c build/$(1)/flags
	@mkdir -p $$(@D)
	$$(if $$(V),,@echo '  CC      $$@')
	$Q$$(call compile,$(1)) $$(BUILD) -MMD -MP -c $$< -o $$@
# Chosen when it is built: the step before may just have installed the library.
build/$(1)/sim/output/netcdf.o: sim/output/netcdf.c sim/output/netcdf_none.c build/$(1)/flags
	@mkdir -p $$(@D)
	$$(if $$(V),,@echo '  CC      $$@')
	$Q$$(call compile,$(1)) $$(NETCDF_INC) -MMD -MP -c $$(if $$(NETCDF),sim/output/netcdf.c,sim/output/netcdf_none.c) -o $$@
build/$(1)/sim/app/version.o build/$(1)/sim/app/cmd_version.o: build/$(1)/commit
build/$(1)/sim/app/version.o build/$(1)/sim/app/cmd_version.o: private BUILD = -DTREADMILL_BUILD='"$$(file <build/$(1)/commit)"'

build/$(1)/built_in_data.c: sim/base/built_in.sh $(BUILT_IN) build/$(1)/names
	@sh sim/base/built_in.sh $(BUILT_IN) > $$@
build/$(1)/built_in_data.o: build/$(1)/built_in_data.c build/$(1)/flags
	$$(if $$(V),,@echo '  CC      $$@')
	$Q$$(call compile,$(1)) -MMD -MP -c $$< -o $$@

build/$(1)/emit: build/$(1)/sim/app/emit.o build/$(1)/libtreadmill.a
	$$(if $$(V),,@echo '  LINK    $$@')
	$Q$$(call link,$(1)) $$(filter %.o,$$^) $$(filter %.a,$$^) $$(LIBS) $$(LDLIBS) -o $$@
$(KERNELS:%=build/$(1)/kernels/%.c): build/$(1)/kernels/%.c: build/$(1)/emit
	@mkdir -p $$(@D)
	@build/$(1)/emit $$* > $$@.new && { cmp -s $$@.new $$@ || cp $$@.new $$@; }
build/$(1)/kernels/list.c: Makefile
	@mkdir -p $$(@D)
	@sh sim/run/kernels.sh $(foreach set,$(SETS),$(KERNELS:%=%-$(set))) > $$@
build/$(1)/kernels/list.o: build/$(1)/kernels/list.c
	$Q$$(compile_kernel) -c $$< -o $$@
build/$(1)/libtreadmill.a: $(LIB_SRC:%.c=build/$(1)/%.o) $(LANES_O:%=build/$(1)/%) build/$(1)/built_in_data.o build/$(1)/names
	@rm -f $$@
	$$(if $$(V),,@echo '  AR      $$@')
	$Q$(AR) rcs $$@ $$(filter %.o,$$^)
build/$(1)/sim/ensemble/ranks.o: sim/ensemble/ranks.c build/$(1)/flags
	@mkdir -p $$(@D)
	$$(if $$(V),,@echo '  CC      $$@')
	$Q$$(call compile,$(1)) $$(MPI_INC) -MMD -MP -c $$< -o $$@
build/$(1)/with_mpi: FORCE
	$$(call stamp,'$(MPI)')
PROGRAM_$(1) := build/$(1)/sim/app/main.o $(KERNEL_O:%=build/$(1)/%) build/$(1)/libtreadmill.a
build/$(1)/treadmill: $$(PROGRAM_$(1)) $(if $(MPI),build/$(1)/sim/ensemble/ranks.o) build/$(1)/with_mpi
	$$(if $$(V),,@echo '  LINK    $$@')
	$Q$$(call link,$(1)) $$(filter %.o,$$^) $$(filter %.a,$$^) $$(LIBS) $(if $(MPI),$$(MPI_LIB)) $$(LDLIBS) -o $$@
# What the checks run under mpirun, where there is one.
build/$(1)/mpi/treadmill: $$(PROGRAM_$(1)) build/$(1)/sim/ensemble/ranks.o
	@mkdir -p $$(@D)
	$$(if $$(V),,@echo '  LINK    $$@')
	$Q$$(call link,$(1)) $$(filter %.o,$$^) $$(filter %.a,$$^) $$(LIBS) $$(MPI_LIB) $$(LDLIBS) -o $$@
build/$(1)/tests/test_docs: build/$(1)/tests/test_acceptance build/$(1)/tests/test_articles # it runs them
build/$(1)/tests/run_cases: $(RUNNER:%.c=build/$(1)/%.o)
build/$(1)/tests/%: build/$(1)/tests/%.o $(SUPPORT:%.c=build/$(1)/%.o) $(KERNEL_O:%=build/$(1)/%) build/$(1)/libtreadmill.a
	$$(if $$(V),,@echo '  LINK    $$@')
	$Q$$(call link,$(1)) $$(filter %.o,$$^) $$(filter %.a,$$^) -lcmocka $$(LIBS) $$(LDLIBS) -o $$@

.PHONY: check-$(1)
check-$(1): build/$(1)/treadmill $(if $(HAS_MPI),build/$(1)/mpi/treadmill) $(CHECKED:%.c=build/$(1)/%) build/$(1)/tests/run_cases
	@sh tests/run_checks.sh build/$(1) $(CHECKED:%.c=build/$(1)/%)

-include $(patsubst %.c,build/$(1)/%.d,$(SRC) $(TESTS) $(BENCHES) $(SUPPORT) $(RUNNER) $(JUDGE) $(FUZZER) built_in_data.c) $(LANES_O:%.o=build/$(1)/%.d)
endef
$(foreach mode,$(MODES) fuzz,$(eval $(call MODE_RULES,$(mode))))

# $(1) mode, $(2) instruction set
define KERNEL_RULES
build/$(1)/sim/run/eval_lanes-$(2).o: sim/run/eval_lanes.c build/$(1)/flags
	@mkdir -p $$(@D)
	$$(if $$(V),,@echo '  CC      $$@')
	$Q$$(call compile,$(1)) $(if $(filter generic,$(2)),,-march=$(2)) -DSD_LANE_FUNCTIONS=lanes_$(subst -,_,$(2)) -MMD -MP -c $$< -o $$@
$(KERNELS:%=build/$(1)/kernels/%-$(2).o): build/$(1)/kernels/%-$(2).o: build/$(1)/kernels/%.c build/$(1)/flags
	$$(if $$(V),,@echo '  CC      $$@')
	$Q$$(compile_kernel) $(if $(filter generic,$(2)),,-march=$(2)) -DSD_KERNEL_SYMBOL=sd_kernel_$$*_$(subst -,_,$(2)) -c $$< -o $$@
endef
$(foreach mode,$(MODES) fuzz,$(foreach set,$(SETS),$(eval $(call KERNEL_RULES,$(mode),$(set)))))

build/fuzz/tests/fuzz_main: build/fuzz/tests/fuzz_main.o $(FUZZED:%.c=build/fuzz/%.o) build/fuzz/libtreadmill.a
	$(if $(V),,@echo '  LINK    $@')
	$Q$(CLANG) $(fuzz) -fsanitize=fuzzer $(CFLAGS) $(PKG_LIB) $(LDFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(LIBS) $(LDLIBS) -o $@

# Asked for both, one after the other, so that their lines do not mix.
check-sanitize: | $(if $(filter check,$(GOALS)),check-release)
