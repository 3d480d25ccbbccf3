/* SPDX-License-Identifier: Apache-2.0 */
/* gen_vocabulary.c: see gen_vocabulary.h. */
#include "bench/gen_vocabulary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	INDEX_SIZE = 1 << 18,
	TOKENS_MAX = 200000,
	INFLECTED_MAX = 30000,
	TOP_SMALL = 60,
	TRIES_MAX = 200000
};

const char *const gen_languages[GEN_LANGS] = { "ro", "pl", "en" };

/* clang-format off */
static const char *const endings[GEN_LANGS][16] = {
	{ "ul", "ului", "ii", "ilor", "ele", "elor", "ă", "ând", "ează", "ești", "ată", "ați",
	  "ere", "ea", "eau", "isem" },
	{ "y", "ów", "ami", "ach", "ą", "ę", "ego", "emu", "ymi", "łem", "łam", "liśmy", "ć",
	  "ością", "owie", "ania" },
	{ "s", "ed", "ing", "er", "ly", "ness", "es", "ers", "able", "ment", "less", "ful",
	  "ation", "ish", "ity", "ists" },
};
/* clang-format on */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (signed char)c < 0;
}

static uint32_t hash_of(struct sv s)
{
	uint64_t h = 1469598103934665603u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	return (uint32_t)(h >> 20) % INDEX_SIZE;
}

static uint32_t keep_form(struct vocabulary *v, struct sv text)
{
	uint32_t at = hash_of(text);
	char *copy;

	for (; v->index[at]; at = (at + 1) % INDEX_SIZE)
		if (sv_eq(v->forms[v->index[at] - 1].text, text))
			return v->index[at] - 1;
	if (v->form_count == FORMS_MAX || text.n < 1 || text.n > 40)
		return FORM_NONE;
	copy = take_memory(text.n + 1);
	memcpy(copy, text.p, text.n);
	if (copy[0] >= 'A' && copy[0] <= 'Z')
		copy[0] = (char)(copy[0] + 32);
	v->forms[v->form_count].text = (struct sv){ copy, text.n };
	v->index[at] = ++v->form_count;
	return v->form_count - 1;
}

/* ---- sentences --------------------------------------------------------------------------- */

static void take_word(struct vocabulary *v, struct sv word)
{
	size_t from = 0, to = word.n;
	struct token *t = &v->tokens[v->token_count];

	while (from < to && !is_letter(word.p[from]))
		from++;
	while (to > from && !is_letter(word.p[to - 1]))
		to--;
	if (from == to || v->token_count == TOKENS_MAX)
		return;
	t->form = keep_form(v, sv_sub(word, from, to - from));
	if (t->form == FORM_NONE)
		return;
	t->before = sv_sub(word, 0, from);
	t->after = sv_sub(word, to, word.n);
	v->forms[t->form].count++;
	v->token_count++;
}

static void take_sentence(struct vocabulary *v, struct sv line)
{
	size_t before = v->token_count;
	struct sv rest = line;

	while (rest.n)
		take_word(v, sv_cut(&rest, ' '));
	if (v->token_count == before)
		return;
	v->tokens[v->token_count - 1].last = true;
	v->starts[v->start_count++] = (uint32_t)before;
}

static void take_sentences(struct vocabulary *v, const char *path)
{
	size_t count;
	struct sv *lines = cut_lines(read_whole(path), &count);

	for (size_t i = 0; i < count; i++) {
		struct sv line = sv_trim(lines[i]);

		if (!line.n || line.p[0] == '#')
			continue;
		/* The third line of a case is its answer; a mark of the sample is `{c} `. */
		if (sv_starts(line, SV("sentiment=")) || sv_starts(line, SV("topics=")) ||
		    sv_starts(line, SV("lang=")))
			continue;
		if (line.p[0] == '{')
			sv_cut(&line, ' ');
		take_sentence(v, line);
	}
}

/* ---- more forms --------------------------------------------------------------------------- */

/* The words of the terms in column @column. */
static void take_terms(struct vocabulary *v, const char *path, int column)
{
	size_t count;
	struct sv *lines = cut_lines(read_whole(path), &count);

	for (size_t i = 0; i < count; i++) {
		struct sv line = lines[i], terms = { NULL, 0 };

		if (!line.n || line.p[0] == '#')
			continue;
		for (int c = 0; c <= column; c++)
			terms = sv_cut(&line, '\t');
		while (terms.n) {
			struct sv term = sv_trim(sv_cut(&terms, ';'));

			while (term.n) {
				struct sv word = sv_cut(&term, ' ');

				if (sv_ends(word, SV("*")))
					word.n--;
				if (word.n > 2 && is_letter(word.p[0]))
					keep_form(v, word);
			}
		}
	}
}

static void inflect(struct vocabulary *v, int lang, struct random *r)
{
	uint32_t known = v->form_count;

	for (int tries = 0; v->form_count < INFLECTED_MAX && tries < TRIES_MAX; tries++) {
		struct sv stem = v->forms[random_below(r, known)].text;
		const char *ending = endings[lang][random_below(r, 16)];
		char text[96];
		int n;

		/* ASCII vowels at the end give way, as they do in these languages. */
		while (stem.n > 4 && memchr("aeiouy", stem.p[stem.n - 1], 6))
			stem.n--;
		if (stem.n < 4 || (signed char)stem.p[stem.n - 1] < 0)
			continue;
		n = snprintf(text, sizeof(text), SV_FMT "%s", SV_ARG(stem), ending);
		keep_form(v, (struct sv){ text, (size_t)n });
	}
}

struct sv nonsense(struct random *r, char *out)
{
	static const char consonants[] = "bcdfghklmnprstvz", vowels[] = "aeiou";
	size_t n = 0;

	for (uint32_t s = 2 + random_below(r, 3); s; s--) {
		out[n++] = consonants[random_below(r, 16)];
		if (random_percent(r, 20))
			out[n++] = consonants[random_below(r, 16)];
		out[n++] = vowels[random_below(r, 5)];
		if (random_percent(r, 35))
			out[n++] = consonants[random_below(r, 16)];
	}
	return (struct sv){ out, n };
}

/* ---- putting in order --------------------------------------------------------------------- */

static const struct form *sort_forms;

static int by_count(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	uint64_t m = sort_forms[*x].count, n = sort_forms[*y].count;

	return m != n ? (m < n) - (m > n) : (*x > *y) - (*x < *y);
}

/* Forms of sentences by their number; the others in an order of chance, nonsense last. */
static void rank(struct vocabulary *v, uint32_t meaningful, struct random *r)
{
	uint32_t *order = take_memory(v->form_count * sizeof(*order));
	uint32_t *now = take_memory(v->form_count * sizeof(*now)), from = 0;
	struct form *forms = take_memory(FORMS_MAX * sizeof(*forms));

	for (uint32_t i = 0; i < v->form_count; i++)
		order[i] = i;
	sort_forms = v->forms;
	qsort(order, v->form_count, sizeof(*order), by_count);
	while (from < meaningful && v->forms[order[from]].count)
		from++;
	for (uint32_t i = from; i + 1 < meaningful; i++) {
		uint32_t j = i + random_below(r, meaningful - i), t = order[i];

		order[i] = order[j];
		order[j] = t;
	}
	for (uint32_t i = 0; i < v->form_count; i++) {
		forms[i] = v->forms[order[i]];
		now[order[i]] = i;
	}
	for (size_t i = 0; i < v->token_count; i++)
		v->tokens[i].form = now[v->tokens[i].form];
	v->forms = forms;
}

static void link_places(struct vocabulary *v)
{
	uint32_t at = 0;

	v->places = take_memory((v->token_count + 1) * sizeof(*v->places));
	for (uint32_t i = 0; i < v->form_count; i++) {
		v->forms[i].first = at;
		at += (uint32_t)v->forms[i].count;
	}
	for (uint32_t i = 0; i < v->token_count; i++) {
		struct form *f = &v->forms[v->tokens[i].form];

		v->places[f->first + f->occurs++] = i;
	}
}

/* Small words stand in the sentences already: what is drawn comes from behind them. */
static void weigh(struct vocabulary *v)
{
	double sum = 0;

	v->heap = take_memory(v->form_count * sizeof(*v->heap));
	for (uint32_t i = 0; i < v->form_count; i++) {
		if (i >= TOP_SMALL)
			sum += 1 / pow(i + 2.7, 1.05);
		v->heap[i] = sum;
	}
}

uint32_t vocabulary_draw(const struct vocabulary *v, struct random *r)
{
	double want = random_unit(r) * v->heap[v->form_count - 1];
	uint32_t low = 0, high = v->form_count - 1;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (v->heap[middle] > want)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

void vocabulary_make(struct vocabulary *v, const char *root, const char *code,
		     uint64_t seed)
{
	struct random r = { seed };
	char path[1024], word[32];
	uint32_t meaningful;
	int lang = 0;

	while (lang < GEN_LANGS - 1 && strcmp(gen_languages[lang], code) != 0)
		lang++;
	*v = (struct vocabulary){ .code = code };
	v->forms = take_memory(FORMS_MAX * sizeof(*v->forms));
	v->index = take_memory(INDEX_SIZE * sizeof(*v->index));
	v->tokens = take_memory(TOKENS_MAX * sizeof(*v->tokens));
	v->starts = take_memory(TOKENS_MAX * sizeof(*v->starts));
	snprintf(path, sizeof(path), "%s/lexicons/%s/text.txt", root, code);
	take_sentences(v, path);
	snprintf(path, sizeof(path), "%s/lexicons/%s/cases.txt", root, code);
	take_sentences(v, path);
	snprintf(path, sizeof(path), "%s/contrib/sample/comments.%s.txt", root, code);
	take_sentences(v, path);
	snprintf(path, sizeof(path), "%s/lexicons/%s/words.tsv", root, code);
	take_terms(v, path, 0);
	snprintf(path, sizeof(path), "%s/lexicons/%s/topics.tsv", root, code);
	take_terms(v, path, 1);
	inflect(v, lang, &r);
	meaningful = v->form_count;
	while (v->form_count < FORMS_MAX)
		keep_form(v, nonsense(&r, word));
	rank(v, meaningful, &r);
	link_places(v);
	weigh(v);
}
