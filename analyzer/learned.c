/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learned.c: a second opinion after the lexicon's: what the lexicon said, weighed as the team's
 * own scores have taught, and the words that these scores gave a weight.
 *
 * A sum of weights becomes a probability. Words under a negator have a weight of their own: four
 * tokens, to the end of the clause, whatever the rules make of them.
 */
#include "analyzer/learned.h"

#include "analyzer/fixed.h"

enum trait_part { PART_STEM = 1, PART_PAIR = 2 };

enum {
	TURNED = 4,	 /* tokens behind a negator */
	TRUST_ENDS = 90, /* percent of the usual share of known traits */
};

/* ---- words, stems and pairs --------------------------------------------------------- */

static bool is_negator(const struct opinia_scratch *s, const struct token *k)
{
	if (!(k->sense.kinds >> ENTRY_SHIFTER & 1))
		return false;
	for (uint32_t i = 0; i < k->sense.count; i++) {
		const struct table_key *x = &s->t->keys[s->keys[k->sense.keys + i]];

		for (uint32_t n = 0; n < x->count; n++) {
			const struct table_entry *e = &s->t->entries[x->entries + n];

			if (e->kind == ENTRY_SHIFTER && e->topic == SHIFT_NEGATOR &&
			    (e->lang == s->own || !s->own))
				return true;
		}
	}
	return false;
}

void traits_begin(struct traits *x, const struct opinia_scratch *s)
{
	static const char number[1 + HASH_PAD] = "#";

	*x = (struct traits){ .s = s, .clause = UINT32_MAX };
	x->number = hash_word(number, 1, HASH_WORD);
}

/* The bytes of the first @letters of a word, 0: it has no more than those. */
static uint32_t stem_bytes(const char *p, uint32_t n, uint32_t letters)
{
	uint32_t i = 0;

	while (i < n && letters--) {
		i++;
		while (i < n && ((unsigned char)p[i] & 0xC0) == 0x80)
			i++;
	}
	return i < n ? i : 0;
}

/* Goes to the next token that counts; false: there is none. */
static bool take_token(struct traits *x)
{
	const struct opinia_scratch *s = x->s;

	for (; x->next < s->token_count; x->next++) {
		const struct token *k = &s->tokens[x->next];

		if (x->clause + 1 < s->clause_count &&
		    s->clauses[x->clause + 1].first <= x->next) {
			x->clause++;
			x->left = 0;
			x->hash = 0;
		}
		x->before = x->hash;
		x->hash = 0;
		if (k->kind == TOKEN_EMOTICON || k->length > WORD_MAX)
			continue;
		x->hash = k->kind == TOKEN_NUMBER
				  ? x->number
				  : hash_word(token_bytes(s, k), k->length, HASH_WORD);
		x->negated = x->left > 0;
		x->left -= x->negated;
		if (is_negator(s, k))
			x->left = TURNED;
		x->todo = x->before ? PART_PAIR : 0;
		if (k->kind == TOKEN_WORD && k->length > TRAIT_STEM)
			x->todo |= PART_STEM;
		x->next++;
		return true;
	}
	return false;
}

bool traits_next(struct traits *x, struct trait *out)
{
	const struct opinia_scratch *s = x->s;

	*out = (struct trait){ .count = 1, .clause = x->clause };
	if (x->todo & PART_STEM) {
		const struct token *k = &s->tokens[x->next - 1];
		const char *p = token_bytes(s, k);

		x->todo &= (uint8_t)~PART_STEM;
		out->length = stem_bytes(p, k->length, TRAIT_STEM);
		if (out->length) {
			out->hash = hash_word(p, out->length, HASH_STEM);
			out->first = x->next - 1;
			out->negated = x->negated;
			return true;
		}
	}
	if (x->todo & PART_PAIR) {
		x->todo = 0;
		out->hash = trait_pair(x->before, x->hash);
		out->first = x->next - 2;
		out->count = 2;
		out->negated = x->negated;
		return true;
	}
	if (!take_token(x))
		return false;
	out->hash = x->hash;
	out->clause = x->clause;
	out->first = x->next - 1;
	out->negated = x->negated;
	return true;
}

/* ---- what the lexicon said ---------------------------------------------------------- */

/* ln(1 + n) / 5, in milli: straight lines between the powers of two. */
static int32_t length_sign(uint32_t n)
{
	uint32_t v = n + 1, log = 31 - (uint32_t)__builtin_clz(v);
	int64_t part = ((int64_t)v - ((int64_t)1 << log)) * 1000 >> log;

	return (int32_t)((log * 1000 + part) * 139 / 1000);
}

void learned_signs(const struct opinia_scratch *s, int32_t out[LEARNED_SIGNS])
{
	const struct table_lang *l = &s->t->langs[s->language];
	int64_t sum = l->set[SET_BIAS], up = 0, down = 0, first = 0, last = 0, root;
	uint32_t hits = 0;

	for (uint32_t i = 0; i < s->clause_count; i++) {
		const struct clause *c = &s->clauses[i];

		if (!c->hits)
			continue;
		first = hits ? first : c->sum;
		last = c->sum;
		sum += c->sum;
		up += c->up;
		down += c->down;
		hits += c->hits;
	}
	root = root_milli(hits ? hits : 1);
	out[LEARNED_BIAS] = 1000;
	out[LEARNED_WHOLE] = 3 * squash(sum * 1000 / root / 6);
	out[LEARNED_FIRST] = 3 * squash(first / 4) / 2;
	out[LEARNED_LAST] = 3 * squash(last / 4) / 2;
	out[LEARNED_UP] = 3 * squash(up * 1000 / root / 6);
	out[LEARNED_DOWN] = 3 * squash(down * 1000 / root / 6);
	out[LEARNED_LENGTH] = length_sign(s->word_count);
	out[LEARNED_NOTHING] = hits ? 0 : 1000;
}

/* ---- the second opinion ------------------------------------------------------------- */

static const struct table_term *find_term(const struct table *t, uint64_t hash)
{
	uint32_t print = trait_print(hash), i = (uint32_t)hash & t->term_mask;

	for (; t->terms[i].print; i = (i + 1) & t->term_mask)
		if (t->terms[i].print == print)
			return &t->terms[i];
	return NULL;
}

/*
 * In a comment of words that the scores never spoke of, what they taught of others is worth less
 * than the lexicon's own word.
 */
int32_t learned_trust(uint32_t known, uint32_t count, int32_t usual)
{
	int64_t share = count ? (int64_t)known * 1000 / count : 0;
	int64_t least = (int64_t)usual * TRUST_ENDS / 100;

	if (share >= usual)
		return 1000;
	return share <= least ? 0 : (int32_t)((share - least) * 1000 / (usual - least));
}

static void sum_up(struct opinia_scratch *s, int64_t z[LEARNED_MODELS])
{
	int64_t terms[LEARNED_MODELS] = { 0 };
	int32_t signs[LEARNED_SIGNS];
	struct traits x;
	struct trait one;
	uint32_t count = 0, known = 0;
	int64_t trust, own;

	traits_begin(&x, s);
	while (traits_next(&x, &one)) {
		const struct table_term *term = find_term(s->t, one.hash);

		count++;
		known += term != NULL;
		for (int m = 0; term && m < LEARNED_MODELS; m++)
			terms[m] += term->weight[m][one.negated];
	}
	s->learned_root = (int32_t)root_milli(count ? count : 1);
	learned_signs(s, signs);
	for (int m = 0; m < LEARNED_MODELS; m++) {
		const int32_t *numbers = s->t->learned + m * LEARNED_NUMBERS;

		z[m] = terms[m] * 1000 / s->learned_root;
		for (int i = 0; i < LEARNED_SIGNS; i++)
			z[m] += (int64_t)numbers[i] * signs[i] / 1000;
	}
	trust = (int64_t)learned_trust(known, count, s->t->learned[LEARNED_KNOWN]) *
		s->t->learned[LEARNED_TRUST] / 1000;
	if (signs[LEARNED_NOTHING])
		trust = 1000;
	own = (int64_t)s->t->learned[LEARNED_WHOLE] * signs[LEARNED_WHOLE] / 1000;
	z[MODEL_FEELING] = (z[MODEL_FEELING] * trust + own * (1000 - trust)) / 1000;
}

/* How sure, in milli: @z on the scale on which it was seen to be right. */
static int32_t chance(const int32_t *numbers, int64_t z)
{
	int32_t p =
		logistic((z - numbers[LEARNED_CENTRE]) * numbers[LEARNED_SHARP] / 1000);

	return p < 1 ? 1 : p > 999 ? 999 : p; /* nobody is that sure */
}

static int16_t score_of(int64_t far)
{
	int32_t score = 2 * logistic(far) - 1000;

	if (!score && far)
		return far > 0 ? 1 : -1;
	return (int16_t)score;
}

/* Neutral: its score stays on its side, and near the middle. */
static void call_neutral(struct verdict *v)
{
	enum { NEUTRAL_SCORE = 199 };

	v->sentiment = SENTIMENT_NEU;
	if (v->score > NEUTRAL_SCORE)
		v->score = NEUTRAL_SCORE;
	if (v->score < -NEUTRAL_SCORE)
		v->score = -NEUTRAL_SCORE;
}

int32_t learned_odds(int32_t conf)
{
	int32_t low = -8000, high = 8000; /* logistic() is 0 and 1000 there */

	while (low < high) {
		int32_t middle = low + (high - low) / 2;

		if (logistic(middle) < conf)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int16_t learned_conf(const int32_t numbers[LEARNED_MODELS * LEARNED_NUMBERS],
		     uint8_t label, int16_t conf)
{
	int32_t own = numbers[LEARNED_NUMBERS + LEARNED_CONF_NEG + label];
	int32_t sharp = own ? own : numbers[LEARNED_CONF];
	int64_t odds = (int64_t)sharp * learned_odds(conf) / 1000;
	int32_t p = logistic(odds + numbers[LEARNED_CONF_NEG + label]);

	return (int16_t)(p < 1 ? 1 : p > 999 ? 999 : p);
}

void learned_score(struct opinia_scratch *s, struct verdict *v)
{
	const int32_t *feeling = s->t->learned, *neutral = feeling + LEARNED_NUMBERS;
	bool knows_neutral = neutral[LEARNED_SHARP] != 0;
	int64_t z[LEARNED_MODELS], far, size;
	int32_t good, plain;

	if (feeling[LEARNED_CONF]) {
		v->conf = learned_conf(feeling, v->sentiment, v->conf);
		return;
	}
	sum_up(s, z);
	far = z[MODEL_FEELING] - feeling[LEARNED_THRESHOLD];
	size = far < 0 ? -far : far;
	v->score = score_of(far);
	if (v->sentiment == SENTIMENT_MIXED && size < feeling[LEARNED_MIXED])
		return;
	good = chance(feeling, z[MODEL_FEELING]);
	plain = knows_neutral ? chance(neutral, z[MODEL_NEUTRAL]) : 0;
	v->sentiment = far > 0 ? SENTIMENT_POS : SENTIMENT_NEG;
	v->conf = (int16_t)((far > 0 ? good : 1000 - good) * (1000 - plain) / 1000);
	if (knows_neutral && z[MODEL_NEUTRAL] >= neutral[LEARNED_THRESHOLD]) {
		call_neutral(v);
		v->conf = (int16_t)plain;
	} else if (!knows_neutral && size < feeling[LEARNED_ZONE]) {
		call_neutral(v);
	}
}

/* ---- evidence ----------------------------------------------------------------------- */

/* What the term adds to the feeling of this comment, or 0: too little to tell. */
static int32_t tells(const struct opinia_scratch *s, const struct table_term *term,
		     bool negated)
{
	int32_t w =
		term ? term->weight[MODEL_FEELING][negated] * 1000 / s->learned_root : 0;

	return w >= LEARNED_TELLS || w <= -LEARNED_TELLS ? w : 0;
}

uint32_t learned_count(const struct opinia_scratch *s)
{
	struct traits x;
	struct trait one;
	uint32_t n = 0;

	if (!s->t->learned || s->t->learned[LEARNED_CONF])
		return 0;
	traits_begin(&x, s);
	while (traits_next(&x, &one))
		n += tells(s, find_term(s->t, one.hash), one.negated) != 0;
	return n;
}

/* One more, in its place by position. */
static void insert(struct verdict *v, struct evidence e)
{
	uint16_t at = v->evidence_count++;

	for (; at > 0 && v->evidence[at - 1].span.start > e.span.start; at--)
		v->evidence[at] = v->evidence[at - 1];
	v->evidence[at] = e;
}

void learned_evidence(const struct opinia_scratch *s, struct verdict *v, uint32_t room)
{
	struct traits x;
	struct trait one;

	traits_begin(&x, s);
	while (room && traits_next(&x, &one)) {
		const struct table_term *term = find_term(s->t, one.hash);
		int32_t w = tells(s, term, one.negated);
		const struct token *k = &s->tokens[one.first];
		uint32_t rules = RULE_LEARNED | (one.negated ? RULE_NEGATION : 0);

		if (!w)
			continue;
		room--;
		insert(v, (struct evidence){
				  .span = { k->start, k[one.count - 1].end },
				  .term = table_string(s->t, term->term),
				  .weight = w,
				  .base = term->weight[MODEL_FEELING][one.negated],
				  .rules = rules,
				  .topic = TOPIC_NONE,
				  .clause = (uint16_t)(x.clause < 0xffff ? x.clause
									 : 0xffff),
			  });
	}
}
