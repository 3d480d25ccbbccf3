/* SPDX-License-Identifier: Apache-2.0 */
/* numbers.c: see numbers.h. */
#include "cli/numbers.h"

#include <math.h>
#include <string.h>

#include "core/i18n.h"
#include "core/nearest.h"

struct cell cell_metric(const struct metric_value *v)
{
	return (struct cell){
		.known = v->known,
		.value = v->value,
		.low = v->low,
		.high = v->high,
		.has_interval = v->known && v->has_interval,
		.n = v->n,
	};
}

struct cell cell_change(const struct metric_change *c)
{
	return (struct cell){
		.known = c->known,
		.value = c->diff,
		.low = c->low,
		.high = c->high,
		.has_interval = c->known && c->has_interval,
		.n = c->n_before,
	};
}

const char *dimension_title(const char *name)
{
	/* what gettext is to find; the names themselves are the store's */
	static const char *const known[] = {
		N_("day"),     N_("week"),   N_("month"),     N_("weekday"),
		N_("channel"), N_("topic"),  N_("agent"),     N_("team"),
		N_("queue"),   N_("source"), N_("sentiment"), N_("language"),
		N_("reason"),
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i], name) == 0)
			return _(known[i]);
	return name;
}

static void one(struct program *p, const struct metric *m, double v, bool sign,
		char out[48])
{
	char text[40];

	if (m->unit == UNIT_MS)
		duration_format(fabs(v), text);
	else
		number_format(p->lang, fabs(v), m->unit == UNIT_MEAN ? 2 : 1, text);
	/* a rounded zero has no sign */
	for (const char *c = text; *c; c++)
		if (*c >= '1' && *c <= '9') {
			snprintf(out, 48, "%s%s", v < 0 ? "−" : sign ? "+" : "", text);
			return;
		}
	snprintf(out, 48, "%s", text);
}

static const char *unit(const struct metric *m, bool difference)
{
	if (m->unit == UNIT_PERCENT)
		return difference ? _(" pp") : " %";
	return "";
}

static struct sv with_interval(struct program *p, const struct metric *m, double v,
			       double low, double high, bool has_interval,
			       bool difference, struct arena *arena)
{
	char a[48], b[48], c[48];
	char *z;

	one(p, m, v, difference, a);
	one(p, m, low, difference, b);
	one(p, m, high, difference, c);
	if (has_interval)
		z = arena_printf(arena, "%s%s [%s … %s]", a, unit(m, difference), b, c);
	else
		z = arena_printf(arena, "%s%s", a, unit(m, difference));
	return sv_of(z ? z : "?");
}

struct sv metric_text(struct program *p, const struct metric *m,
		      const struct metric_value *v, struct arena *arena)
{
	if (!v->known)
		return SV("NA");
	return with_interval(p, m, v->value, v->low, v->high, v->has_interval, false,
			     arena);
}

struct sv change_text(struct program *p, const struct metric *m,
		      const struct metric_change *c, struct arena *arena)
{
	if (!c->known)
		return SV("NA");
	return with_interval(p, m, c->diff, c->low, c->high, c->has_interval, true,
			     arena);
}

struct sv p_text(struct program *p, double value, struct arena *arena)
{
	char text[40];
	char *z;

	if (!isfinite(value))
		return SV("");
	if (value < 0.001)
		return p->lang == UI_EN ? SV("p < 0.001") : SV("p < 0,001");
	number_format(p->lang, value, value < 0.1 ? 3 : 2, text);
	z = arena_printf(arena, "p = %s", text);
	return sv_of(z ? z : "?");
}

static int unknown_metric(struct sv name, struct err *err)
{
	struct nearest near = nearest_to(name);
	size_t n;
	const struct metric *const *all = opinia_metric_list(&n);

	for (size_t i = 0; i < n; i++)
		nearest_try(&near, sv_of(all[i]->name));
	if (nearest_found(&near).n)
		return err_set(err, ERR_USAGE,
			       "no metric `" SV_FMT "`; did you mean `" SV_FMT "`?",
			       SV_ARG(name), SV_ARG(nearest_found(&near)));
	return err_set(err, ERR_USAGE,
		       "no metric `" SV_FMT "`; `opinia kpi --list` names them",
		       SV_ARG(name));
}

int metrics_parse(struct sv text, const struct metric *out[NUMBERS_METRICS_MAX],
		  size_t *count, struct err *err)
{
	*count = 0;
	while (text.n) {
		struct sv name = sv_trim(sv_cut(&text, ','));
		const struct metric *m = opinia_metric_find(name);

		if (!m)
			return unknown_metric(name, err);
		if (*count == NUMBERS_METRICS_MAX)
			return err_set(err, ERR_USAGE, "at most %d metrics",
				       NUMBERS_METRICS_MAX);
		out[(*count)++] = m;
	}
	return *count ? 0 : err_set(err, ERR_USAGE, "no metric is named");
}

struct opinia_frame frame_of(struct program *p, const struct scope *s)
{
	return (struct opinia_frame){
		.snap = p->snap,
		.filter = s->filter,
		.first = s->first,
		.last = s->last,
		.before_first = s->before_first,
		.before_last = s->before_last,
		.now_ms = p->now,
		.zone = p->zone,
		.taxonomy = opinia_analyzer_taxonomy(p->analyzer),
		.cost = {
			.value = (double)setting_number(p->settings, "cost", "value"),
			.churn_low = (double)setting_number(p->settings, "cost", "churn_low") / 100,
			.churn = (double)setting_number(p->settings, "cost", "churn") / 100,
			.churn_high = (double)setting_number(p->settings, "cost", "churn_high") / 100,
		},
	};
}

int metric_records(struct program *p, const struct metric *m, const struct scope *s,
		   struct filter **out, struct err *err)
{
	static const struct {
		uint32_t needs;
		struct sv field, value;
	} terms[] = {
		{ NEEDS_INTERACTIONS | NEEDS_FIRST_RESPONSE | NEEDS_RESOLUTION,
		  SV_INIT("kind"), SV_INIT("interaction") },
		{ NEEDS_RETENTION | NEEDS_RETURNED, SV_INIT("kind"),
		  SV_INIT("activity") },
		{ NEEDS_RESPONSE, SV_INIT("kind"), SV_INIT("invitation") },
	};
	struct filter *f = scope_now(s, &p->arena);

	for (size_t i = 0; f && i < sizeof(terms) / sizeof(terms[0]); i++)
		if (m->needs & terms[i].needs)
			f = opinia_filter_and(f, terms[i].field, terms[i].value,
					      &p->arena);
	if (f && m->score != METRIC_NO_SCORE)
		f = opinia_filter_and(f, SV("has"),
				      sv_of(score_kind_name((enum score_kind)m->score)),
				      &p->arena);
	*out = f;
	return f ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}
