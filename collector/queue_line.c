/* SPDX-License-Identifier: Apache-2.0 */
/* queue_line.c: see queue_line.h. */
#include "collector/queue_line.h"

#include <stdio.h>

enum { EPOCH_MIN = 631152000 };

static bool is_epoch(struct sv s, int64_t *out)
{
	return s.n >= 9 && s.n <= 10 && s.p[0] != '0' && sv_i64(s, out) &&
	       *out >= EPOCH_MIN && *out <= 3155759999;
}

/* Two lines that grew together have a time in what should be a name. */
static bool is_event(struct sv s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		digits = c >= '0' && c <= '9' ? digits + 1 : 0;
		if (digits == 9 || c <= ' ' || c == 0x7f)
			return false;
	}
	return s.n > 0 && s.n <= CALL_NAME_MAX;
}

static struct sv given(struct sv s)
{
	s = sv_trim(s);
	return sv_eq(s, SV("NONE")) || sv_eq(s, SV("<unknown>")) ? (struct sv){ NULL, 0 }
								 : s;
}

bool queue_line_split(struct sv left, struct queue_line *l)
{
	size_t bars = 0;
	struct sv epoch;

	for (size_t i = 0; i < left.n && bars < 5; i++)
		bars += left.p[i] == '|';
	if (bars < 5)
		return false;
	epoch = sv_cut(&left, '|');
	l->call = sv_trim(sv_cut(&left, '|'));
	l->queue = given(sv_cut(&left, '|'));
	l->agent = given(sv_cut(&left, '|'));
	l->event = sv_cut(&left, '|');
	for (size_t i = 0; i < QUEUE_LINE_MORE; i++)
		l->more[i] = sv_trim(sv_cut(&left, '|'));
	return is_epoch(epoch, &l->at_s) && l->call.n && is_event(l->event);
}

bool queue_line_name(struct queue_line *l, struct sv sys)
{
	bool put = sys.n && !(sv_starts(l->call, sys) && l->call.n > sys.n &&
			      l->call.p[sys.n] == '-');
	int n = put ? snprintf(l->id, sizeof(l->id), SV_FMT "-" SV_FMT, SV_ARG(sys),
			       SV_ARG(l->call))
		    : snprintf(l->id, sizeof(l->id), SV_FMT, SV_ARG(l->call));

	if (n < 0 || (size_t)n >= sizeof(l->id))
		return false;
	l->call = (struct sv){ l->id, (size_t)n };
	return true;
}
