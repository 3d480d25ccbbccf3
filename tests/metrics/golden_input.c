/* SPDX-License-Identifier: Apache-2.0 */
/* golden_input.c: see golden_input.h. A key has several spellings, as tables have
 * authors. */
#include "golden_input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- input: key=value;key=value --- */

bool args_read(struct sv input, struct args *a)
{
	bool topic = false;

	a->n = 0;
	while (input.n) {
		struct sv value = sv_trim(sv_cut(&input, ';')), key;

		if (a->n == ARGS_MAX || !value.n)
			return false;
		key = value;
		if (sv_find(value, SV("=")) >= 0)
			key = sv_trim(sv_cut(&value, '='));
		else
			key = SV("histogram");
		if (sv_starts(key, SV("topic "))) {
			topic = true; /* and so is all that follows */
			key = sv_trim(sv_sub(key, 6, key.n));
		}
		a->at[a->n++] = (struct arg){ key, sv_trim(value), topic, false };
	}
	return a->n > 0;
}

struct sv args_unused(const struct args *a)
{
	for (size_t i = 0; i < a->n; i++)
		if (!a->at[i].used)
			return a->at[i].key;
	return (struct sv){ 0 };
}

struct sv arg_take(struct args *a, bool topic, const char *names)
{
	struct sv rest = sv_of(names);

	while (rest.n) {
		struct sv name = sv_cut(&rest, '|');

		for (size_t i = 0; i < a->n; i++) {
			if (a->at[i].topic != topic || !sv_eq(a->at[i].key, name))
				continue;
			a->at[i].used = true;
			return a->at[i].value;
		}
	}
	return (struct sv){ 0 };
}

static bool count_read(struct sv text, uint64_t *out)
{
	int64_t v;

	if (!sv_i64(sv_trim(text), &v) || v < 0)
		return false;
	*out = (uint64_t)v;
	return true;
}

bool arg_count(struct args *a, bool topic, const char *names, uint64_t *out)
{
	return count_read(arg_take(a, topic, names), out);
}

/* The same, 0 where it is not given. */
static bool arg_count_or_0(struct args *a, bool topic, const char *names, uint64_t *out)
{
	struct sv text = arg_take(a, topic, names);

	*out = 0;
	return !text.p || count_read(text, out);
}

bool number_read(struct sv text, double *out)
{
	char z[64], *end;

	text = sv_trim(text);
	if (!text.n || text.n >= sizeof(z))
		return false;
	memcpy(z, text.p, text.n);
	z[text.n] = 0;
	*out = strtod(z, &end);
	return *end == 0 && isfinite(*out);
}

bool list_read(struct sv text, double *out, size_t room, size_t *n)
{
	text = sv_trim(text);
	if (sv_starts(text, SV("(")) && sv_ends(text, SV(")")))
		text = sv_trim(sv_sub(text, 1, text.n - 2));
	*n = 0;
	while (text.n) {
		char at = sv_find(text, SV("/")) >= 0 ? '/' : ' ';

		if (*n == room || !number_read(sv_cut(&text, at), &out[(*n)++]))
			return false;
		text = sv_trim(text);
	}
	return *n > 0;
}

/* --- input → what the room takes --- */

static struct scale_counts *scale_make(struct world *w, int kind, int min, int max)
{
	struct scale_counts *s = &w->counts.score[kind][0];

	w->counts.scales[kind] = 1;
	s->min = (int16_t)min;
	s->max = (int16_t)max;
	s->low_is_good = kind == SCORE_CES1;
	w->in.counts = &w->counts;
	return s;
}

/* "7x30 6x27", on the scale of the kind or on scale=1-10. */
static bool histogram_make(struct world *w, int kind, struct sv text, struct sv scale)
{
	static const int preset[SCORE_KINDS][2] = {
		{ 1, 5 }, { 0, 10 }, { 1, 5 }, { 1, 7 }, { 0, 1 }
	};
	int64_t min = preset[kind][0], max = preset[kind][1], value;
	struct scale_counts *s;
	uint64_t n;

	if (scale.n && (!sv_i64(sv_cut(&scale, '-'), &min) || !sv_i64(scale, &max)))
		return false;
	if (min < 0 || max - min < 1 || max - min >= SCORE_POINTS_MAX)
		return false;
	s = scale_make(w, kind, (int)min, (int)max);
	for (text = sv_trim(text); text.n; text = sv_trim(text)) {
		struct sv one = sv_cut(&text, ' ');

		if (!sv_i64(sv_cut(&one, 'x'), &value) || !count_read(one, &n) ||
		    value < min || value > max)
			return false;
		s->at[value - min] += n;
	}
	return true;
}

static bool nps_make(struct world *w, uint64_t p, uint64_t n, uint64_t d)
{
	struct scale_counts *s = scale_make(w, SCORE_NPS, 0, 10);

	s->at[10] = p;
	s->at[8] = n;
	s->at[3] = d;
	return true;
}

static bool share_make(struct world *w, int kind, uint64_t k, uint64_t n)
{
	struct scale_counts *s = scale_make(w, kind, kind == SCORE_FCR ? 0 : 1,
					    kind == SCORE_FCR	 ? 1
					    : kind == SCORE_CES2 ? 7
								 : 5);

	if (k > n)
		return false;
	s->at[s->max - s->min] = k;
	s->at[0] = n - k;
	return true;
}

static bool scores_make(struct world *w, int kind, struct args *a, bool topic)
{
	struct sv text = arg_take(a, topic, "histogram|answers");
	uint64_t p, n, d, dismissed;

	if (text.p)
		return histogram_make(w, kind, text, arg_take(a, topic, "scale"));
	if (kind == SCORE_NPS)
		return arg_count(a, topic, "P|promoters", &p) &&
		       arg_count(a, topic, "N|passives", &n) &&
		       arg_count(a, topic, "D|detractors", &d) &&
		       arg_count_or_0(a, topic, "dismissed|unanswered", &dismissed) &&
		       nps_make(w, p, n, d);
	return arg_count(a, topic, "satisfied|yes|k|good|easy|resolved", &p) &&
	       arg_count(a, topic, "answered|n|all|total", &n) &&
	       share_make(w, kind, p, n);
}

static bool words_make(struct world *w, const struct metric *m, struct args *a,
		       bool topic)
{
	uint64_t *s = w->counts.sentiment, n;

	w->in.counts = &w->counts;
	if (!strcmp(m->name, "comment_rate"))
		return arg_count(a, topic, "commented|comments|k",
				 &w->counts.commented) &&
		       arg_count(a, topic, "records|answered|answers|n",
				 &w->counts.records);
	if (!arg_count(a, topic, "neg|negative|k", &s[SENTIMENT_NEG]))
		return false;
	if (arg_count(a, topic, "comments|n|all", &n)) {
		s[SENTIMENT_NEU] = n - s[SENTIMENT_NEG];
		return n >= s[SENTIMENT_NEG];
	}
	return arg_count_or_0(a, topic, "neu|neutral", &s[SENTIMENT_NEU]) &&
	       arg_count_or_0(a, topic, "pos|positive", &s[SENTIMENT_POS]) &&
	       arg_count_or_0(a, topic, "mixed", &s[SENTIMENT_MIXED]);
}

static bool contacts_make(struct world *w, const struct metric *m, struct args *a)
{
	struct interaction_counts *c = &w->contacts;
	uint64_t assisted;

	w->in.interactions = c;
	if (!strcmp(m->name, "self_service")) {
		if (!arg_count(a, false, "self|self_solved|yes|k", &c->self_service))
			return false;
		if (arg_count(a, false, "assisted", &assisted))
			c->self_service_known = c->self_service + assisted;
		else if (!arg_count(a, false, "known|all|n", &c->self_service_known))
			return false;
		return true;
	}
	if (!strcmp(m->name, "fcr_window"))
		return arg_count(a, false, "determined|contacts|n",
				 &c->window_determined) &&
		       arg_count(a, false, "repeated|k", &c->window_repeated) &&
		       arg_count_or_0(a, false, "undetermined|open", &assisted);
	if (!strcmp(m->name, "fcr_no_escalation"))
		return arg_count(a, false, "escalated|k", &c->escalated) &&
		       arg_count(a, false, "known|contacts|all|n", &c->escalated_known);
	return arg_count(a, false, "resolved|k", &c->first_contact_resolved) &&
	       arg_count(a, false, "contacts|all|total|n", &c->contacts) &&
	       arg_count_or_0(a, false, "excluded|unsolvable", &c->unsolvable);
}

static bool ms_read(struct sv text, int64_t *out, size_t *n)
{
	double list[LIST_MAX];

	*n = 0;
	if (!text.n)
		return true;
	if (!list_read(text, list, LIST_MAX, n))
		return false;
	for (size_t i = 0; i < *n; i++)
		out[i] = (int64_t)list[i];
	return true;
}

static bool times_make(struct world *w, struct args *a)
{
	struct sv open;
	size_t n;

	w->in.first_response = w->in.resolution = w->in.time_to_action = &w->times;
	w->times.ms = w->ms;
	if (!ms_read(arg_take(a, false, "ms|times|values"), w->ms, &w->times.n))
		return false;
	open = arg_take(a, false, "open_ms|censored");
	if (!open.p)
		return arg_count_or_0(a, false, "open", &w->times.open);
	if (!ms_read(open, w->open_ms, &n))
		return false;
	w->times.open = n;
	w->times.open_ms = w->open_ms;
	return true;
}

static bool cohort_make(struct world *w, struct args *a)
{
	w->in.retention = w->in.returned = &w->cohort;
	return arg_count(a, false, "kept|retained|active_end|returned|k",
			 &w->cohort.kept) &&
	       arg_count(a, false, "base|active|gap|had_gap|n", &w->cohort.base) &&
	       arg_count_or_0(a, false, "undetermined|censored", &w->cohort.undetermined);
}

static bool response_make(struct world *w, struct args *a)
{
	struct response_counts *r = &w->response;
	uint64_t sent;
	bool good;

	w->in.response = r;
	good = arg_count(a, false, "answered|k", &r->answered) &&
	       arg_count_or_0(a, false, "bounced|throttled", &r->bounced) &&
	       arg_count_or_0(a, false, "offered", &r->offered);
	if (good && arg_count(a, false, "sent", &sent)) {
		r->delivered = sent - r->bounced;
		return sent >= r->bounced;
	}
	return good && arg_count(a, false, "delivered|n", &r->delivered);
}

static bool cost_make(struct world *w, struct args *a)
{
	struct cost_row *r = &w->cost_row;

	w->in.cost = &w->cost;
	w->cost.rows = r;
	w->cost.n = 1;
	if (!arg_count(a, false, "customers|at_risk", &r->customers) ||
	    !number_read(arg_take(a, false, "value|margin"), &r->value) ||
	    !number_read(arg_take(a, false, "churn|p"), &r->churn))
		return false;
	r->churn_low = r->churn_high = r->churn;
	number_read(arg_take(a, false, "churn_low|p_low"), &r->churn_low);
	number_read(arg_take(a, false, "churn_high|p_high"), &r->churn_high);
	if (!arg_take(a, false, "heard").p) {
		w->cost.heard = r->customers;
		return true;
	}
	return arg_count(a, false, "heard", &w->cost.heard);
}

bool world_make(struct world *w, const struct metric *m, struct args *a, bool topic)
{
	memset(w, 0, sizeof(*w));
	switch (m->needs) {
	case NEEDS_COUNTS:
		return m->score == METRIC_NO_SCORE ? words_make(w, m, a, topic)
						   : scores_make(w, m->score, a, topic);
	case NEEDS_INTERACTIONS:
		return contacts_make(w, m, a);
	case NEEDS_RETENTION:
	case NEEDS_RETURNED:
		return cohort_make(w, a);
	case NEEDS_RESPONSE:
		return response_make(w, a);
	case NEEDS_COST:
		return cost_make(w, a);
	default:
		return times_make(w, a);
	}
}

bool side_make(struct world *w, const struct metric *m, struct args *a, int side)
{
	struct sv text = arg_take(a, false, side == 1 ? "A" : "B");
	double v[LIST_MAX];
	uint64_t k, n;
	size_t many;

	memset(w, 0, sizeof(*w));
	if (m->needs != NEEDS_COUNTS || m->score == METRIC_NO_SCORE)
		return false;
	if (!text.p)
		return arg_count(a, false, side == 1 ? "k1" : "k2", &k) &&
		       arg_count(a, false, side == 1 ? "n1" : "n2", &n) &&
		       share_make(w, m->score, k, n);
	if (sv_find(text, SV("x")) > 0)
		return histogram_make(w, m->score, text, (struct sv){ 0 });
	if (!list_read(text, v, LIST_MAX, &many))
		return false;
	if (many == 3 && m->score == SCORE_NPS)
		return nps_make(w, (uint64_t)v[0], (uint64_t)v[1], (uint64_t)v[2]);
	return many == 2 && share_make(w, m->score, (uint64_t)v[0], (uint64_t)v[1]);
}
