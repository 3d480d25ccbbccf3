/* SPDX-License-Identifier: Apache-2.0 */
/* chance.c: the one source of chance of a test, see half.h. */
#include "tests/store/half.h"

uint64_t chance_state;

void chance_start(const char *test)
{
	const char *given = getenv("OPINIA_SEED");

	chance_state = given ? strtoull(given, NULL, 10) : 20260303;
	fprintf(stderr, "%s: OPINIA_SEED=%llu\n", test, (unsigned long long)chance_state);
}

uint32_t chance(uint32_t below)
{
	uint64_t x = chance_state += 0x9e3779b97f4a7c15ull;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return (uint32_t)((x ^ x >> 31) % below);
}
