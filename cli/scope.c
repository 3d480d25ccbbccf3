/* SPDX-License-Identifier: Apache-2.0 */
/* scope.c: see scope.h. */
#include "cli/scope.h"

#include <limits.h>

#include "cli/retagging.h"
#include "core/i18n.h"

static int parse(struct scope *s, struct program *p, struct err *err)
{
	struct opinia_filter_env env = {
		.now_ms = p->now,
		.zone = p->zone,
		.taxonomy = p->analyzer ? opinia_analyzer_taxonomy(p->analyzer) : NULL,
	};
	struct filter *typed = NULL;
	int rc = opinia_filter_parse(s->text, &env, &p->arena, &typed, err);

	if (rc)
		return rc;
	s->timed = opinia_filter_period(typed, &s->first, &s->last);
	s->filter = opinia_filter_timeless(typed, &p->arena);
	return s->filter ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

/* An open end is today, or the first day that has feedback. */
static int close_ends(struct scope *s, struct program *p, struct err *err)
{
	int32_t today = when_day(p->zone, p->now);
	struct opinia_totals totals;
	int rc = 0;

	if (!s->timed || s->last == INT32_MAX || s->last > today)
		s->last = today;
	if (s->timed && s->first != INT32_MIN)
		return 0;
	rc = opinia_snapshot_totals(p->snap, &p->arena, &totals, err);
	s->first = totals.first_day <= s->last ? totals.first_day : s->last;
	return rc;
}

int scope_parse(struct scope *s, struct program *p, const struct options *o,
		size_t first_arg, int64_t preset_days, struct err *err)
{
	const char *last = option_given(o, "last") ? option_nth(o, "last", 0) : NULL;
	char *z;
	int rc;

	*s = (struct scope){ .text = options_rest(o, first_arg, &p->arena) };
	if (last) {
		z = arena_printf(&p->arena, SV_FMT "%ssince:%s", SV_ARG(s->text),
				 s->text.n ? " " : "", last);
		s->text = sv_of(z);
	}
	rc = parse(s, p, err);
	if (rc)
		return rc;
	if (!s->timed && preset_days) {
		s->last = when_day(p->zone, p->now);
		s->first = s->last - (int32_t)preset_days + 1;
	} else {
		rc = close_ends(s, p, err);
	}
	s->before_last = s->first - 1;
	s->before_first = s->first - (s->last - s->first + 1);
	return rc;
}

struct filter *scope_now(const struct scope *s, struct arena *arena)
{
	return opinia_filter_days(s->filter, s->first, s->last, arena);
}

void scope_remark(const struct scope *s, struct program *p, bool with_before)
{
	char a[WHEN_TEXT_MAX], b[WHEN_TEXT_MAX], c[WHEN_TEXT_MAX], d[WHEN_TEXT_MAX];
	const char *mixed = retagging_words(p), *older;

	day_format(s->first, a);
	day_format(s->last, b);
	day_format(s->before_first, c);
	day_format(s->before_last, d);
	if (with_before)
		program_remark(p, _("%s to %s (days in %s time), compared with %s to %s"),
			       a, b, zone_name(p->zone), c, d);
	else
		program_remark(p, _("%s to %s (days in %s time)"), a, b,
			       zone_name(p->zone));
	if (mixed)
		program_remark(p, "%s", mixed);
	older = p->format == PRINT_TABLE
			? retagging_count(p,
					  opinia_filter_days(s->filter,
							     with_before ? s->before_first
									 : s->first,
							     s->last, &p->arena))
			: NULL;
	if (older)
		program_remark(p, "%s", older);
}
