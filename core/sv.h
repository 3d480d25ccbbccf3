/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sv.h: text travels as a view {pointer, length}: no strlen, no NUL, copying is visible.
 *
 * A view owns nothing; it is valid as long as the bytes it looks at. {NULL, 0} is the
 * empty view and means "not given" wherever a field may be absent.
 */
#ifndef OPINIA_CORE_SV_H
#define OPINIA_CORE_SV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sv {
	const char *p;
	size_t n; /* bytes */
};

#define SV(lit) ((struct sv){ "" lit, sizeof(lit) - 1 })
#define SV_INIT(lit)                                                                     \
	{                                                                                \
		"" lit, sizeof(lit) - 1                                                  \
	} /* in static tables */
#define SV_FMT "%.*s"
#define SV_ARG(s) (int)(s).n, (s).p ? (s).p : ""

struct sv sv_of(const char *z); /* of a C string; NULL gives the empty view */
bool sv_eq(struct sv a, struct sv b);
bool sv_ieq(struct sv a, struct sv b); /* ASCII letters without regard to case  */
bool sv_starts(struct sv s, struct sv prefix);
bool sv_ends(struct sv s, struct sv suffix);
int sv_cmp(struct sv a, struct sv b); /* bytes, then length                    */
struct sv sv_trim(struct sv s);	      /* ASCII blanks at both ends             */
struct sv sv_sub(struct sv s, size_t from,
		 size_t n); /* clamped to @s                        */
ptrdiff_t sv_find(struct sv s,
		  struct sv needle);	    /* offset, or -1                         */
struct sv sv_cut(struct sv *rest, char at); /* up to @at; @rest moves behind it       */
bool sv_i64(struct sv s, int64_t *out);	    /* the whole view is a decimal integer   */
bool sv_u32(struct sv s, uint32_t *out);

#endif
