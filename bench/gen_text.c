/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gen_text.c: see gen_text.h. From word to word by what follows what in our own sentences; a third
 * of the longer words is replaced by Zipf's law, so that rare words are as rare as they are.
 */
#include "bench/gen_text.h"

#include <math.h>
#include <string.h>

enum { TEXT_LEAST = 12, TEXT_MOST = 1500, PERCENT_REPLACED = 33 };

/* clang-format off */
static const char *const bare[][2] = {
	{ "ă", "a" }, { "â", "a" }, { "î", "i" }, { "ș", "s" }, { "ț", "t" }, { "ş", "s" },
	{ "ţ", "t" }, { "ą", "a" }, { "ć", "c" }, { "ę", "e" }, { "ł", "l" }, { "ń", "n" },
	{ "ó", "o" }, { "ś", "s" }, { "ź", "z" }, { "ż", "z" }, { "Ă", "A" }, { "Â", "A" },
	{ "Î", "I" }, { "Ș", "S" }, { "Ț", "T" }, { "Ł", "L" }, { "Ś", "S" }, { "Ż", "Z" },
};
static const char *const emoji[] = { "😡", "👍", "😊", "❤️", "🙏", "👎", "😀", "🔥", ":)", ":(" };
/* clang-format on */

static uint32_t length_wanted(struct random *r, uint32_t mean)
{
	/* Two exponential ones added: many short, a long tail. */
	double n = -log(1 - random_unit(r)) - log(1 - random_unit(r));
	uint32_t bytes = (uint32_t)(n * mean / 2);

	return bytes < TEXT_LEAST ? TEXT_LEAST : bytes > TEXT_MOST ? TEXT_MOST : bytes;
}

/* The wrong key, twice, or not at all. */
static void put_typo(struct random *r, struct sv word, struct buf *out)
{
	size_t at = 1 + random_below(r, (uint32_t)word.n - 2);
	char a = word.p[at], b = word.p[at + 1];

	if ((signed char)a < 0 || (signed char)b < 0) {
		buf_sv_put(out, word);
		return;
	}
	buf_put(out, word.p, at);
	switch (random_below(r, 3)) {
	case 0: /* swapped */
		buf_char(out, b);
		buf_char(out, a);
		break;
	case 1: /* doubled */
		buf_char(out, a);
		buf_char(out, a);
		buf_char(out, b);
		break;
	default: /* dropped */
		buf_char(out, b);
	}
	buf_put(out, word.p + at + 2, word.n - at - 2);
}

static void put_word(struct vocabulary *v, struct random *r, const struct token *t,
		     bool first, struct buf *out)
{
	uint32_t form = t->form;
	size_t at;

	if (v->forms[form].text.n >= 5 && random_percent(r, PERCENT_REPLACED))
		form = vocabulary_draw(v, r);
	v->forms[form].count++;
	buf_sv_put(out, t->before);
	at = out->n;
	if (v->forms[form].text.n >= 4 && random_percent(r, 2.5))
		put_typo(r, v->forms[form].text, out);
	else
		buf_sv_put(out, v->forms[form].text);
	if (first && buf_ok(out) && out->p[at] >= 'a' && out->p[at] <= 'z' &&
	    random_percent(r, 70))
		out->p[at] = (char)(out->p[at] - 32);
	buf_sv_put(out, t->after);
}

static void put_sentences(struct vocabulary *v, struct random *r, uint32_t bytes,
			  struct buf *out)
{
	size_t from = out->n;
	uint32_t at = v->starts[random_below(r, (uint32_t)v->start_count)];
	bool first = true;

	for (;;) {
		const struct token *t = &v->tokens[at];
		const struct form *f = &v->forms[t->form];

		put_word(v, r, t, first, out);
		if (out->n - from >= bytes)
			break;
		buf_char(out, ' ');
		/* Behind any place where this word stands; often behind this very one. */
		if (random_percent(r, 60))
			at = v->places[f->first + random_below(r, f->occurs)];
		first = v->tokens[at].last;
		at = first ? v->starts[random_below(r, (uint32_t)v->start_count)]
			   : at + 1;
	}
}

static void strip(struct sv from, struct buf *out)
{
	for (size_t i = 0; i < from.n; i++) {
		size_t k = 0, n = sizeof(bare) / sizeof(bare[0]);

		while ((signed char)from.p[i] < 0 && i + 1 < from.n && k < n &&
		       memcmp(from.p + i, bare[k][0], 2) != 0)
			k++;
		if ((signed char)from.p[i] < 0 && i + 1 < from.n && k < n) {
			buf_str(out, bare[k][1]);
			i++;
		} else {
			buf_char(out, from.p[i]);
		}
	}
}

static void put_tail(struct random *r, struct buf *out)
{
	if (random_percent(r, 1))
		buf_printf(out, " ana.pop%u@example.ro", random_below(r, 9000));
	if (random_percent(r, 1))
		buf_printf(out, " 07%08u", random_below(r, 100000000));
	if (random_percent(r, 5))
		buf_str(out, "!!!");
	else if (random_percent(r, 60))
		buf_char(out, '.');
	if (random_percent(r, 6)) {
		buf_char(out, ' ');
		buf_str(out, emoji[random_below(r, sizeof(emoji) / sizeof(emoji[0]))]);
	}
}

void gen_text(struct vocabulary *v, struct random *r, uint32_t mean, struct buf *out)
{
	size_t from = out->n;
	struct buf text;

	buf_init(&text, 0);
	put_sentences(v, r, length_wanted(r, mean), &text);
	put_tail(r, &text);
	if (random_percent(r, 50))
		strip(buf_sv(&text), out);
	else
		buf_sv_put(out, buf_sv(&text));
	buf_release(&text);
	if (!buf_ok(out))
		die("out of memory");
	if (random_percent(r, 2))
		for (size_t i = from; i < out->n; i++)
			if (out->p[i] >= 'a' && out->p[i] <= 'z')
				out->p[i] = (char)(out->p[i] - 32);
}
