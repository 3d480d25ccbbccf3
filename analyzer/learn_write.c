/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learn_write.c: what was learned, as text that a person can read, edit and throw away. Terms in
 * the order of their bytes, numbers in thousandths. No comment is in it: only words that several
 * customers wrote.
 */
#include "analyzer/learn.h"

#include <stdlib.h>
#include <string.h>

#include "core/json_out.h"

/*
 * MIXED_FAR: scores never say mixed, so no fold can tell how far the rules' word for it is to be
 * trusted. On reviews that people had labelled with four classes the share that is right grows
 * up to 1.4 and falls beyond 2.
 */
enum { ZONE_ALONE = 400, MIXED_FAR = 1400 };

static struct sv text_of(const struct opinia_learner *l, uint32_t term)
{
	return (struct sv){ l->texts.p + l->terms[term].text, l->terms[term].length };
}

static int32_t weight_of(const struct opinia_learner *l, int model, uint32_t at)
{
	const struct learner_model *m = &l->model[model];

	return m->fitted ? learn_milli((double)m->weight[at], LEARNED_TERM_MOST) : 0;
}

static int32_t number_of(const struct opinia_learner *l, int model, int n)
{
	const struct learner_model *m = &l->model[model];

	switch (n) {
	case LEARNED_THRESHOLD:
		return learn_milli(m->threshold, LEARNED_MOST);
	case LEARNED_SHARP:
		return learn_milli(m->sharp, LEARNED_MOST);
	case LEARNED_CENTRE:
		return learn_milli(m->centre, LEARNED_MOST);
	case LEARNED_ZONE:
		return ZONE_ALONE;
	case LEARNED_KNOWN:
		return l->usual;
	case LEARNED_TRUST:
		return learn_cap(l);
	case LEARNED_MIXED:
		return MIXED_FAR;
	default:
		return learn_milli(m->sign[n], LEARNED_MOST);
	}
}

static void write_conf(const struct opinia_learner *l, struct buf *out)
{
	for (int n = LEARNED_CONF; n < LEARNED_NUMBERS; n++) {
		buf_printf(out, "%s\t", learned_name((enum learned_number)n));
		json_put_milli(out, l->conf[n]);
		if (l->conf[LEARNED_NUMBERS + n]) {
			buf_char(out, '\t');
			json_put_milli(out, l->conf[LEARNED_NUMBERS + n]);
		}
		buf_char(out, '\n');
	}
}

static void write_numbers(const struct opinia_learner *l, struct buf *out)
{
	for (int n = 0; n < LEARNED_CONF; n++) {
		buf_printf(out, "%s", learned_name((enum learned_number)n));
		for (int m = 0; m < LEARNED_MODELS; m++) {
			if (!l->model[m].fitted || (m && n >= LEARNED_ZONE))
				continue;
			buf_char(out, '\t');
			json_put_milli(out, number_of(l, m, n));
		}
		buf_char(out, '\n');
	}
}

struct sorted {
	struct sv text;
	uint32_t term;
};

static int by_text(const void *a, const void *b)
{
	return sv_cmp(((const struct sorted *)a)->text, ((const struct sorted *)b)->text);
}

static void write_term(const struct opinia_learner *l, const struct sorted *s,
		       struct buf *out)
{
	buf_sv_put(out, s->text);
	for (int i = 0; i < 2 * LEARNED_MODELS; i++) {
		int32_t v = weight_of(l, i / 2, 2 * s->term + (uint32_t)i % 2);

		buf_char(out, '\t');
		if (v)
			json_put_milli(out, v);
	}
	buf_printf(out, "\t%u/%u\n", l->terms[s->term].comments,
		   l->terms[s->term].customers);
}

static void write_head(const struct opinia_learner *l, struct buf *out)
{
	const struct opinia_learner_report *r = &l->report;

	buf_printf(
		out,
		"# learned.tsv: made by `opinia lexicon learn`; docs/formats/lexicon.md "
		"says what it means\n"
		"# comments: %u (neg %u, neu %u, pos %u); customers: %u, a term at "
		"least %u\n"
		"# %s on comments held out: %.4f before, %.4f after\n",
		l->lesson_count, r->n[SENTIMENT_NEG], r->n[SENTIMENT_NEU],
		r->n[SENTIMENT_POS], r->customers, l->opt.customers,
		r->surer ? "words are as the lexicon has them; calibration error"
			 : "macro-F1",
		(r->surer ? r->error_before : r->before) / 1e4,
		(r->surer ? r->error_after : r->after) / 1e4);
}

/* Would the compiler read what is written as the term that was met? */
static uint64_t word_hash(struct opinia_learner *l, struct sv word, bool stem)
{
	static const char number[1 + HASH_PAD] = "#";
	struct opinia_scratch *s = l->scratch;
	struct err err = ERR_NONE;
	const struct token *k;

	if (scratch_fit(s, word.n, &err))
		return 0;
	normalize(s, word);
	tokens_split(s);
	k = s->tokens;
	if (s->token_count != 1 || k->kind == TOKEN_EMOTICON || k->length > WORD_MAX)
		return 0;
	if (k->kind == TOKEN_NUMBER)
		return hash_word(number, 1, HASH_WORD);
	return hash_word(token_bytes(s, k), k->length, stem ? HASH_STEM : HASH_WORD);
}

static bool reads_back(struct opinia_learner *l, uint32_t term)
{
	struct sv rest = text_of(l, term), first = sv_cut(&rest, ' ');
	bool stem = sv_ends(first, SV("*"));
	uint64_t left = word_hash(l, sv_sub(first, 0, first.n - stem), stem), right;

	if (!rest.n)
		return left == l->terms[term].hash;
	right = word_hash(l, rest, false);
	return left && right && trait_pair(left, right) == l->terms[term].hash;
}

static bool weighs(const struct opinia_learner *l, uint32_t term)
{
	for (int i = 0; i < 2 * LEARNED_MODELS; i++)
		if (weight_of(l, i / 2, 2 * term + (uint32_t)i % 2))
			return true;
	return false;
}

/* Terms without any weight, and those that would not be read as they were met, are left out. */
void learn_settle_terms(struct opinia_learner *l)
{
	struct opinia_learner_report *r = &l->report;

	for (uint32_t i = 0; i < l->term_count; i++) {
		l->allowed[i] = l->allowed[i] && weighs(l, i) && reads_back(l, i);
		r->terms += l->allowed[i];
	}
	for (uint32_t i = 0; i < l->lesson_count; i++) {
		const struct lesson *x = &l->lessons[i];
		bool known = false;

		for (uint32_t k = 0; k < x->count && !known; k++)
			known = l->allowed[l->traits[x->first + k] / 2];
		r->known += known;
	}
}

/* The strongest of each sign, strongest first; equals in the order of their bytes. */
static void take_top(struct opinia_learned_term *top, struct opinia_learned_term t)
{
	int at = LEARNED_TOP;

	while (at > 0 &&
	       (!top[at - 1].weight || abs(top[at - 1].weight) < abs(t.weight) ||
		(top[at - 1].weight == t.weight && sv_cmp(t.term, top[at - 1].term) < 0)))
		at--;
	if (at == LEARNED_TOP)
		return;
	memmove(top + at + 1, top + at, (size_t)(LEARNED_TOP - 1 - at) * sizeof(*top));
	top[at] = t;
}

void learn_top(struct opinia_learner *l)
{
	for (uint32_t i = 0; i < 2 * l->term_count; i++) {
		const struct learn_term *term = &l->terms[i / 2];
		struct opinia_learned_term t = { .term = text_of(l, i / 2),
						 .negated = i % 2,
						 .comments = term->comments,
						 .customers = term->customers };

		if (!l->allowed[i / 2])
			continue;
		t.weight = weight_of(l, MODEL_FEELING, i);
		if (t.weight)
			take_top(t.weight > 0 ? l->report.up : l->report.down, t);
	}
}

void opinia_learner_write(const struct opinia_learner *l, struct buf *out)
{
	struct sorted *all = calloc(l->term_count + 1u, sizeof(*all));
	uint32_t n = 0;

	if (!all) {
		out->failed = true;
		return;
	}
	for (uint32_t i = 0; i < l->term_count && l->report.accepted; i++)
		if (l->allowed[i])
			all[n++] = (struct sorted){ text_of(l, i), i };
	qsort(all, n, sizeof(*all), by_text);
	write_head(l, out);
	if (l->report.surer)
		write_conf(l, out);
	else
		write_numbers(l, out);
	for (uint32_t i = 0; i < n; i++)
		write_term(l, &all[i], out);
	free(all);
}
