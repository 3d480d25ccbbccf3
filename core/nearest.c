/* SPDX-License-Identifier: Apache-2.0 */
/* nearest.c: see nearest.h. */
#include "core/nearest.h"

enum { LONGEST = 64 };

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static unsigned min2(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned edit_distance(struct sv a, struct sv b)
{
	unsigned row[3][LONGEST + 1];

	if (a.n > LONGEST || b.n > LONGEST)
		return LONGEST + 1;
	for (size_t j = 0; j <= b.n; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned *now = row[i % 3], *up = row[(i - 1) % 3],
			 *up2 = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b.n; j++) {
			char x = lower(a.p[i - 1]), y = lower(b.p[j - 1]);

			now[j] = min2(min2(up[j], now[j - 1]) + 1, up[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == lower(b.p[j - 2]) &&
			    y == lower(a.p[i - 2]))
				now[j] = min2(now[j], up2[j - 2] + 1);
		}
	}
	return row[a.n % 3][b.n];
}

struct nearest nearest_to(struct sv wanted)
{
	return (struct nearest){ wanted, { NULL, 0 }, LONGEST + 1 };
}

void nearest_try(struct nearest *n, struct sv name)
{
	unsigned d = edit_distance(n->wanted, name);

	if (n->wanted.n >= 3 && sv_starts(name, n->wanted))
		d = min2(d, 1);
	if (d < n->distance) {
		n->distance = d;
		n->best = name;
	}
}

struct sv nearest_found(const struct nearest *n)
{
	unsigned far = n->wanted.n <= 3 ? 1 : n->wanted.n <= 6 ? 2 : 3;

	return n->distance <= far ? n->best : (struct sv){ NULL, 0 };
}
