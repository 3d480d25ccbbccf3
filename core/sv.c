/* SPDX-License-Identifier: Apache-2.0 */
/* sv.c: see sv.h. */
#include "core/sv.h"

#include <string.h>

struct sv sv_of(const char *z)
{
	return z ? (struct sv){ z, strlen(z) } : (struct sv){ NULL, 0 };
}

bool sv_eq(struct sv a, struct sv b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool sv_ieq(struct sv a, struct sv b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool sv_starts(struct sv s, struct sv prefix)
{
	return s.n >= prefix.n && sv_eq((struct sv){ s.p, prefix.n }, prefix);
}

bool sv_ends(struct sv s, struct sv suffix)
{
	return s.n >= suffix.n &&
	       sv_eq((struct sv){ s.p + s.n - suffix.n, suffix.n }, suffix);
}

int sv_cmp(struct sv a, struct sv b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct sv sv_trim(struct sv s)
{
	while (s.n && blank(s.p[0]))
		s.p++, s.n--;
	while (s.n && blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct sv sv_sub(struct sv s, size_t from, size_t n)
{
	if (from > s.n)
		from = s.n;
	if (n > s.n - from)
		n = s.n - from;
	return (struct sv){ s.p ? s.p + from : NULL, n };
}

ptrdiff_t sv_find(struct sv s, struct sv needle)
{
	const char *at;

	if (needle.n == 0)
		return 0;
	at = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
	return at ? at - s.p : -1;
}

struct sv sv_cut(struct sv *rest, char at)
{
	const char *e = rest->n ? memchr(rest->p, at, rest->n) : NULL;
	struct sv head = *rest;

	if (!e) {
		*rest = (struct sv){ rest->n ? rest->p + rest->n : rest->p, 0 };
		return head;
	}
	head.n = (size_t)(e - rest->p);
	rest->p = e + 1;
	rest->n -= head.n + 1;
	return head;
}

bool sv_i64(struct sv s, int64_t *out)
{
	uint64_t v = 0;
	bool neg = s.n && s.p[0] == '-';
	size_t i = neg || (s.n && s.p[0] == '+');

	if (i == s.n || s.n - i > 18)
		return false;
	for (; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	*out = neg ? -(int64_t)v : (int64_t)v;
	return true;
}

bool sv_u32(struct sv s, uint32_t *out)
{
	int64_t v;

	if (!sv_i64(s, &v) || v < 0 || v > UINT32_MAX)
		return false;
	*out = (uint32_t)v;
	return true;
}
