#!/bin/sh
# All tests, fastest first, under every compiler and sanitizer that applies. The last line
# counts what ran. `test.sh quick` runs only the first build and the house rules.
set -u
cd "$(dirname "$0")/.." || exit 1
sh contrib/setup.sh test || exit 1

out="build-test"
mkdir -p "$out"
passed=0 failed=0 began=$(date +%s)

# check NAME COMMAND…: one leg; its output is shown only when it fails.
check() {
	name=$1
	shift
	t=$(date +%s)
	if "$@" >"$out/$name.log" 2>&1; then
		passed=$((passed + 1))
		echo "ok    $name  ($(($(date +%s) - t)) s)"
	else
		failed=$((failed + 1))
		echo "FAIL  $name  ($(($(date +%s) - t)) s): $out/$name.log"
		tail -n 60 "$out/$name.log"
	fi
}

# The leak reports that have a frame of ours: now and then Criterion's own runner leaks a little.
leaks_of_ours() {
	find "$1" -name 'lsan.*' -size +0 | while read -r report; do
		grep -E '^ +#[0-9]+ ' "$report" |
			grep -qvE 'interceptor|libcriterion|libboxfort|libnanomsg|libc\.so' && echo "$report"
	done
}

# suite NAME BUILD CTEST-ARGS…: a ctest run, each of its tests counted.
suite() {
	name=$1 build=$2
	shift 2
	t=$(date +%s)
	ctest --test-dir "$build" -j2 --no-tests=error --output-on-failure "$@" >"$out/$name.log" 2>&1
	ok=$(grep -c ' Passed ' "$out/$name.log")
	bad=$(grep -cE '\*\*\*(Failed|Timeout|Exception|Not Run)' "$out/$name.log")
	[ "$ok" -gt 0 ] || bad=$((bad + 1))
	for report in $(leaks_of_ours "$build"); do
		bad=$((bad + 1))
		head -n 40 "$report"
	done
	passed=$((passed + ok)) failed=$((failed + bad))
	echo "$([ "$bad" -eq 0 ] && echo ok || echo FAIL)    $name: $ok passed, $bad failed  ($(($(date +%s) - t)) s)"
	[ "$bad" -eq 0 ] || grep -vE ' Passed |^ *Start ' "$out/$name.log" | tail -n 120
}

build() { # DIR CMAKE-ARGS…
	dir=$1
	shift
	cmake -S . -B "$dir" -G Ninja -DOPINIA_WERROR=ON "$@" && ninja -C "$dir"
}

check build-gcc build "$out/gcc" -DCMAKE_C_COMPILER=gcc
suite tests-gcc "$out/gcc"
check house sh tests/house/run.sh "$out/gcc"
[ "${1:-}" = quick ] || {
	for script in tests/e2e/*.sh; do
		check "e2e-$(basename "$script" .sh)" sh "$script" "$out/gcc"
	done
	check shellcheck sh -c 'shellcheck -x contrib/*.sh tests/house/*.sh tests/e2e/*.sh bench/run .ci/run'
	check build-clang build "$out/clang" -DCMAKE_C_COMPILER=clang
	suite tests-clang "$out/clang"
	check build-asan build "$out/asan" -DCMAKE_C_COMPILER=gcc -DOPINIA_SANITIZE=address -DCMAKE_BUILD_TYPE=Debug
	# Criterion does not fail a test that leaks, so every process writes its report to a file
	# and suite() counts the files.
	export ASAN_OPTIONS="log_path=$PWD/$out/asan/lsan:detect_leaks=1" UBSAN_OPTIONS=print_stacktrace=1
	export LSAN_OPTIONS=exitcode=0 # the files decide
	find "$out/asan" -name 'lsan.*' -delete 2>/dev/null
	suite tests-asan "$out/asan"
	unset ASAN_OPTIONS LSAN_OPTIONS
	check build-tsan build "$out/tsan" -DCMAKE_C_COMPILER=gcc -DOPINIA_SANITIZE=thread
	suite tests-tsan "$out/tsan" -R '\.thread_'
	check valgrind sh tests/valgrind.sh "$out/gcc"
	check cppcheck sh tests/lint.sh cppcheck
	check clang-tidy sh tests/lint.sh clang-tidy "$out/clang"
}
echo "took $(($(date +%s) - began)) s"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
