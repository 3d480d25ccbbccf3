/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_fold.c: how each of the 1 114 112 code points folds, asked of utf8proc once, when the
 * lexicon is compiled.
 *
 * Letters, marks and numbers: compatibility decomposition, case fold, marks and invisible
 * characters stripped, composed again; and a dozen letters that Unicode does not decompose
 * though people type the plain one (ł, đ, ø …). Everything else: by its category.
 */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "analyzer/build.h"
#include "analyzer/fold.h"

static const struct {
	uint32_t cp;
	const char *plain;
} extra[] = {
	{ 0x00E6, "ae" }, { 0x00F0, "d" }, { 0x00F8, "o" },  { 0x00FE, "th" },
	{ 0x0111, "d" },  { 0x0127, "h" }, { 0x0131, "i" },  { 0x0138, "k" },
	{ 0x0142, "l" },  { 0x014B, "n" }, { 0x0153, "oe" }, { 0x0167, "t" },
	{ 0x0180, "b" },  { 0x01B6, "z" }, { 0x01E5, "g" },  { 0x0268, "i" },
	{ 0x0249, "j" },  { 0x024D, "r" }, { 0x024F, "y" },  { 0x0259, "e" },
	{ 0x01DD, "e" },
};

static const char *extra_of(utf8proc_int32_t cp)
{
	for (size_t i = 0; i < sizeof(extra) / sizeof(extra[0]); i++)
		if ((utf8proc_int32_t)extra[i].cp == cp)
			return extra[i].plain;
	return NULL;
}

/* The folded bytes of a letter, mark or number; -1: leave it as it is. */
static int fold_letter(utf8proc_int32_t cp, char out[64])
{
	utf8proc_uint8_t in[5] = { 0 }, *folded = NULL;
	utf8proc_ssize_t n = utf8proc_encode_char(cp, in), at = 0, step;
	utf8proc_int32_t c;
	int fill = 0;

	n = utf8proc_map(in, n, &folded,
			 UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
				 UTF8PROC_IGNORE | UTF8PROC_COMPOSE);
	for (; n > 0 && at < n && fill >= 0; at += step) {
		const char *plain;
		utf8proc_category_t k;

		step = utf8proc_iterate(folded + at, n - at, &c);
		k = utf8proc_category(c);
		plain = extra_of(c);
		if (step < 1 || fill > FOLD_BYTES_MAX || k == UTF8PROC_CATEGORY_CN ||
		    k > UTF8PROC_CATEGORY_NO)
			fill = -1;
		else if (plain)
			fill += snprintf(out + fill, 8, "%s", plain);
		else
			fill += (int)utf8proc_encode_char(c,
							  (utf8proc_uint8_t *)out + fill);
	}
	free(folded);
	return n < 0 || fill > FOLD_BYTES_MAX ? -1 : fill;
}

/* Marks that mean what an ASCII one means, though Unicode does not say so. */
static const struct {
	utf8proc_int32_t first, last;
	char as;
} alike[] = {
	{ 0x0085, 0x0085, '\n' }, { 0x00B4, 0x00B4, '\'' }, { 0x2018, 0x201B, '\'' },
	{ 0x201E, 0x201E, '"' },  { 0x2026, 0x2026, '.' },  { 0x2032, 0x2032, '\'' },
	{ 0x2212, 0x2212, '-' },  { 0x3002, 0x3002, '.' },
};

static char by_category(utf8proc_category_t k)
{
	switch (k) {
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return '\n';
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
		return ' ';
	case UTF8PROC_CATEGORY_PD:
		return '-';
	case UTF8PROC_CATEGORY_PI:
	case UTF8PROC_CATEGORY_PF:
		return '"';
	case UTF8PROC_CATEGORY_PS:
		return '(';
	case UTF8PROC_CATEGORY_PE:
		return ')';
	default:
		return FOLD_SYMBOL;
	}
}

static char stand_in(utf8proc_int32_t cp, utf8proc_category_t k)
{
	utf8proc_int32_t c[4];
	int last = 0;

	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
		if (cp >= alike[i].first && cp <= alike[i].last)
			return alike[i].as;
	if (utf8proc_decompose_char(cp, c, 4, UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE,
				    &last) == 1 &&
	    c[0] > ' ' && c[0] < 0x7f)
		return (char)c[0];
	return by_category(k);
}

static uint32_t entry_of(struct builder *b, const char *bytes, unsigned n)
{
	uint32_t e = n << 3, at;
	char *p;

	if (n <= 3) {
		for (unsigned i = 0; i < n; i++)
			e |= (uint32_t)(unsigned char)bytes[i] << (8 + 8 * i);
		return e | FOLD_BYTES;
	}
	at = (uint32_t)b->sec[SEC_FOLDPOOL].n;
	p = vec_add(b, &b->sec[SEC_FOLDPOOL], n);
	if (p)
		memcpy(p, bytes, n);
	return e | at << 8 | FOLD_POOL;
}

static bool is_picture(utf8proc_int32_t cp, const utf8proc_property_t *p)
{
	return (p->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC &&
		cp >= 0x2300) ||
	       p->boundclass == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR ||
	       (cp >= 0x1F3FB && cp <= 0x1F3FF); /* a skin tone without anybody */
}

/* Half of all letters: utf8proc needs not be asked what becomes of them. */
static bool is_itself(utf8proc_category_t k, const utf8proc_property_t *p)
{
	return k == UTF8PROC_CATEGORY_LO && p->decomp_seqindex == UINT16_MAX &&
	       p->casefold_seqindex == UINT16_MAX && p->comb_index == UINT16_MAX;
}

/* What a letter, mark or number becomes, where it is not itself for sure. */
static uint32_t fold_word_part(struct builder *b, utf8proc_int32_t cp,
			       utf8proc_category_t k)
{
	char out[64], self[5] = { 0 };
	int n = fold_letter(cp, out);

	utf8proc_encode_char(cp, (utf8proc_uint8_t *)self);
	if (n < 0 && k == UTF8PROC_CATEGORY_NO)
		return entry_of(b, (char[]){ FOLD_SYMBOL }, 1); /* ½ */
	if (n < 0 || (n == (int)strlen(self) && !memcmp(out, self, (size_t)n)))
		return FOLD_SAME;
	if (!n || (k <= UTF8PROC_CATEGORY_LO && (unsigned char)out[0] < 0x80))
		return entry_of(b, out, (unsigned)n) | FOLD_DIACRITIC;
	return entry_of(b, out, (unsigned)n);
}

static uint32_t fold_entry(struct builder *b, utf8proc_int32_t cp)
{
	const utf8proc_property_t *p = utf8proc_get_property(cp);
	utf8proc_category_t k = utf8proc_category(cp);

	if (p->ignorable)
		return FOLD_BYTES; /* nothing */
	if (is_picture(cp, p))
		return FOLD_PICTURE;
	if (cp == 0x02BC || k == UTF8PROC_CATEGORY_CN || k > UTF8PROC_CATEGORY_NO) {
		char mark = cp == 0x02BC ? '\'' : stand_in(cp, k);

		return entry_of(b, &mark, 1);
	}
	return is_itself(k, p) ? FOLD_SAME : fold_word_part(b, cp, k);
}

/* Planes in which nothing is assigned, nor will be before letters are many more. */
static bool is_empty_plane(uint32_t cp)
{
	return (cp > 0x40000 && cp < 0xE0000) || cp >= 0xF0000;
}

void build_fold(struct builder *b)
{
	uint16_t *top = vec_add(b, &b->sec[SEC_FOLDTOP], FOLD_TOP * sizeof(uint16_t));
	struct map blocks = { NULL, 0, 0 };
	uint32_t block[FOLD_BLOCK], count = 0;

	for (uint32_t i = 0; i < FOLD_TOP && top && !b->failed; i++) {
		bool fresh;
		uint32_t *at;

		for (uint32_t k = 0; k < FOLD_BLOCK && !is_empty_plane(i * FOLD_BLOCK);
		     k++)
			block[k] = fold_entry(b, (utf8proc_int32_t)(i * FOLD_BLOCK + k));
		at = map_at(b, &blocks, (struct sv){ (const char *)block, sizeof(block) },
			    &fresh);
		if (at && fresh) {
			void *p = vec_add(b, &b->sec[SEC_FOLD], sizeof(block));

			if (p)
				memcpy(p, block, sizeof(block));
			*at = count++;
		}
		top[i] = at ? (uint16_t)*at : 0;
	}
	free(blocks.slots);
	vec_add(b, &b->sec[SEC_FOLDPOOL], FOLD_BYTES_MAX); /* a copy may read so far */
	vec_add(b, &b->sec[SEC_EMOTICON], 256);
}
