/* SPDX-License-Identifier: Apache-2.0 */
/* analyze_hs.c: see analyze_hs.h. */
#include "bench/analyze_hs.h"

#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 << 10, LITERAL_MAX = 64 };

struct hyper {
	hs_database_t *db;
	hs_scratch_t *scratch;
	struct sv *literals;
	size_t count, room;
	double compile_seconds;
	struct buf text;
	size_t *ends; /* of the lines in text */
	size_t line_count;
	uint64_t tokens;
};

/* ---- the literals -------------------------------------------------------------------------- */

static void keep(struct hyper *h, struct sv word, bool stem)
{
	char *p;

	if (!word.n || word.n > LITERAL_MAX)
		return;
	if (h->count == h->room) {
		h->room = h->room ? h->room * 2 : 1 << 16;
		h->literals = realloc(h->literals, h->room * sizeof(*h->literals));
		if (!h->literals)
			die("out of memory");
	}
	p = take_memory(word.n + 3);
	p[0] = ' ';
	memcpy(p + 1, word.p, word.n);
	p[word.n + 1] = ' ';
	h->literals[h->count++] = (struct sv){ p, word.n + (stem ? 1 : 2) };
}

static void take_term(struct hyper *h, const struct opinia_analyzer *a,
		      struct opinia_scratch *s, struct sv term)
{
	struct err err = ERR_NONE;

	while (term.n) {
		struct sv word = sv_cut(&term, ' '), rest;
		bool stem = sv_ends(word, SV("*"));
		struct buf folded;

		if (stem)
			word.n--;
		buf_init(&folded, 0);
		must(opinia_fold(a, s, word, &folded, &err), &err);
		for (rest = buf_sv(&folded); rest.n;) {
			struct sv part = sv_cut(&rest, ' ');

			keep(h, part, stem && !rest.n);
		}
		buf_release(&folded);
	}
}

static void take_file(struct hyper *h, const struct opinia_analyzer *a,
		      struct opinia_scratch *s, const char *path, int column)
{
	FILE *there = fopen(path, "rb");
	size_t count;
	struct sv *lines;

	if (!there)
		return;
	fclose(there);
	lines = cut_lines(read_whole(path), &count);
	for (size_t i = 0; i < count; i++) {
		struct sv line = lines[i], terms = { NULL, 0 };

		if (!line.n || line.p[0] == '#')
			continue;
		for (int c = 0; c <= column; c++)
			terms = sv_cut(&line, '\t');
		while (terms.n)
			take_term(h, a, s, sv_trim(sv_cut(&terms, ';')));
	}
}

static int by_bytes(const void *a, const void *b)
{
	return sv_cmp(*(const struct sv *)a, *(const struct sv *)b);
}

static void drop_twins(struct hyper *h)
{
	size_t n = 0;

	qsort(h->literals, h->count, sizeof(*h->literals), by_bytes);
	for (size_t i = 0; i < h->count; i++)
		if (!n || !sv_eq(h->literals[i], h->literals[n - 1]))
			h->literals[n++] = h->literals[i];
	h->count = n;
}

static void compile(struct hyper *h)
{
	const char **texts = take_memory(h->count * sizeof(*texts));
	unsigned *flags = take_memory(h->count * sizeof(*flags));
	unsigned *ids = take_memory(h->count * sizeof(*ids));
	size_t *lengths = take_memory(h->count * sizeof(*lengths));
	hs_compile_error_t *why = NULL;
	double began = seconds_now();

	for (size_t i = 0; i < h->count; i++) {
		texts[i] = h->literals[i].p;
		lengths[i] = h->literals[i].n;
		ids[i] = (unsigned)i;
	}
	if (hs_compile_lit_multi(texts, flags, ids, lengths, (unsigned)h->count,
				 HS_MODE_BLOCK, NULL, &h->db, &why) != HS_SUCCESS)
		die("hyperscan: %s", why ? why->message : "does not compile");
	h->compile_seconds = seconds_now() - began;
	if (hs_alloc_scratch(h->db, &h->scratch) != HS_SUCCESS)
		die("hyperscan: no scratch");
}

struct hyper *hyper_make(const struct opinia_analyzer *a, const char *const *folders)
{
	static const char *const langs[] = { "ro", "pl", "en" };
	static const char *const files[] = { "words", "phrases", "shifters", "topics" };
	struct hyper *h = take_memory(sizeof(*h));
	struct opinia_scratch *s = opinia_scratch_new(a);

	if (!s)
		die("out of memory");
	for (; *folders; folders++)
		for (size_t l = 0; l < 3; l++)
			for (size_t f = 0; f < 4; f++) {
				char path[1024];

				snprintf(path, sizeof(path), "%s/%s/%s.tsv", *folders,
					 langs[l], files[f]);
				take_file(h, a, s, path, f == 3);
			}
	opinia_scratch_free(s);
	drop_twins(h);
	compile(h);
	return h;
}

size_t hyper_literals(const struct hyper *h)
{
	return h->count;
}

double hyper_compile_seconds(const struct hyper *h)
{
	return h->compile_seconds;
}

/* ---- the text ------------------------------------------------------------------------------ */

void hyper_feed(struct hyper *h, const struct opinia_analyzer *a, const struct sv *lines,
		size_t count)
{
	struct opinia_scratch *s = opinia_scratch_new(a);
	struct err err = ERR_NONE;

	if (!s)
		die("out of memory");
	buf_init(&h->text, 0);
	h->ends = take_memory((count + 1) * sizeof(*h->ends));
	h->line_count = count;
	for (size_t i = 0; i < count; i++) {
		size_t from = h->text.n;

		buf_char(&h->text, ' ');
		must(opinia_fold(a, s, lines[i], &h->text, &err), &err);
		buf_char(&h->text, ' ');
		h->ends[i] = h->text.n;
		for (size_t k = from + 1; k < h->text.n; k++)
			h->tokens += h->text.p[k] == ' ';
	}
	opinia_scratch_free(s);
	if (!buf_ok(&h->text))
		die("out of memory");
}

uint64_t hyper_tokens(const struct hyper *h)
{
	return h->tokens;
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to,
		    unsigned flags, void *ctx)
{
	uint64_t *n = ctx;

	(void)id, (void)from, (void)to, (void)flags;
	(*n)++;
	return 0;
}

static void scan(struct hyper *h, size_t from, size_t to, uint64_t *matches)
{
	if (hs_scan(h->db, h->text.p + from, (unsigned)(to - from), 0, h->scratch,
		    on_match, matches) != HS_SUCCESS)
		die("hyperscan: a scan failed");
}

uint64_t hyper_scan_each(struct hyper *h)
{
	uint64_t n = 0;

	for (size_t i = 0; i < h->line_count; i++)
		scan(h, i ? h->ends[i - 1] : 0, h->ends[i], &n);
	return n;
}

/* Whole lines, as many as fit. */
uint64_t hyper_scan_blocks(struct hyper *h)
{
	uint64_t n = 0;
	size_t from = 0;

	for (size_t i = 0; i < h->line_count; i++)
		if (i + 1 == h->line_count || h->ends[i + 1] - from > BLOCK) {
			scan(h, from, h->ends[i], &n);
			from = h->ends[i];
		}
	return n;
}
