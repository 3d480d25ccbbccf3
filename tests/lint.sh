#!/bin/sh
# The two static analysers; what is switched off stands here with its reason.
set -u
case "$1" in
cppcheck)
	# unusedFunction: doors are used by tests and later rooms. missingIncludeSystem: the
	# headers of Debian are not of interest, but for a macro of jansson's. Style remarks are clang-tidy's business.
	exec cppcheck -q -j2 --std=c11 --language=c --enable=warning,performance,portability \
		'-Djson_object_foreach(o,k,v)=for (k = ""; (v) != NULL;)' --inline-suppr --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches \
		--error-exitcode=1 -I. core mime collector analyzer metrics store report server cli
	;;
clang-tidy)
	find core mime collector analyzer metrics store report server cli -name '*.c' -print0 |
		xargs -0 -n 2 -P 2 clang-tidy -p "$2" --quiet --warnings-as-errors='*' 2>/dev/null
	;;
esac
