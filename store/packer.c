/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packer.c: zstd for short texts, see packer.h. Frames carry no magic, no checksum (the
 * seal has one) and no dictionary number (the layout byte of the sealed part says which).
 */
#include "store/packer.h"

#include <stdlib.h>
#include <string.h>
#define ZSTD_STATIC_LINKING_ONLY
#include <zdict.h>
#include <zstd.h>

#include "core/short.h"

enum { LEVEL = 1, DICT_BYTES = 16 << 10, TRAIN_LEVEL = 3 };

struct packer {
	ZSTD_CDict *to;
	ZSTD_DDict *from;
};

struct packing {
	ZSTD_CCtx *to;
	ZSTD_DCtx *from;
};

/*
 * The samples of one half (@odd), or all (-1), one after the other; their sizes into
 * @sizes.
 */
static size_t samples_join(int odd, char *text, size_t *sizes, unsigned *count)
{
	size_t n = 0;

	*count = 0;
	for (size_t i = 0; i < packer_sample_count; i++) {
		struct sv s = packer_samples[i];

		if (odd >= 0 && (int)(i & 1) != odd)
			continue;
		if (text)
			memcpy(text + n, s.p, s.n);
		if (sizes)
			sizes[*count] = s.n;
		++*count;
		n += s.n;
	}
	return n;
}

/*
 * A dictionary is tables of frequencies and content. The tables come from one half of the
 * samples compressed against the other (against themselves there would be nothing left to
 * count); the content is all of them.
 */
int packer_train(struct arena *arena, struct sv *dictionary, struct err *err)
{
	ZDICT_params_t params = { .compressionLevel = TRAIN_LEVEL, .dictID = 1 };
	unsigned count, all;
	size_t total = samples_join(-1, NULL, NULL, &all), n, head, half;
	size_t *sizes = arena_take(arena, (all + 1) * sizeof(*sizes));
	char *text = arena_take(arena, total + 1), *with = arena_take(arena, total + 1);
	char *dict = arena_take(arena, DICT_BYTES + total);

	if (!sizes || !text || !with || !dict)
		return err_set(err, ERR_SYSTEM, "out of memory");
	half = samples_join(0, with, NULL, &count);
	samples_join(1, text, sizes, &count);
	n = ZDICT_finalizeDictionary(dict, DICT_BYTES, with, half, text, sizes, count,
				     params);
	head = ZDICT_isError(n) ? n : ZDICT_getDictHeaderSize(dict, n);
	if (ZDICT_isError(head))
		return err_set(err, ERR_BUG, "the dictionary: %s",
			       ZDICT_getErrorName(head));
	samples_join(-1, dict + head, NULL, &count);
	*dictionary = (struct sv){ dict, head + total };
	return 0;
}

struct packer *packer_new(struct sv dictionary)
{
	struct packer *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->to = ZSTD_createCDict(dictionary.p, dictionary.n, LEVEL);
	p->from = ZSTD_createDDict(dictionary.p, dictionary.n);
	if (p->to && p->from)
		return p;
	packer_free(p);
	return NULL;
}

void packer_free(struct packer *p)
{
	if (!p)
		return;
	ZSTD_freeCDict(p->to);
	ZSTD_freeDDict(p->from);
	free(p);
}

static bool packing_start(struct packing *w, const struct packer *p)
{
	size_t bad = 0;

	if (!w->to || !w->from)
		return false;
	bad |= ZSTD_CCtx_refCDict(w->to, p->to);
	bad |= ZSTD_CCtx_setParameter(w->to, ZSTD_c_format, ZSTD_f_zstd1_magicless);
	bad |= ZSTD_CCtx_setParameter(w->to, ZSTD_c_dictIDFlag, 0);
	bad |= ZSTD_CCtx_setParameter(w->to, ZSTD_c_checksumFlag, 0);
	bad |= ZSTD_DCtx_refDDict(w->from, p->from);
	bad |= ZSTD_DCtx_setParameter(w->from, ZSTD_d_format, ZSTD_f_zstd1_magicless);
	return !ZSTD_isError(bad);
}

struct packing *packing_new(const struct packer *p)
{
	struct packing *w = calloc(1, sizeof(*w));

	if (!w) {
		memory_was_short();
		return NULL;
	}
	w->to = ZSTD_createCCtx();
	w->from = ZSTD_createDCtx();
	if (packing_start(w, p))
		return w;
	packing_free(w);
	memory_was_short();
	return NULL;
}

void packing_free(struct packing *w)
{
	if (!w)
		return;
	ZSTD_freeCCtx(w->to);
	ZSTD_freeDCtx(w->from);
	free(w);
}

size_t packing_pack(struct packing *w, struct sv text, void *out, size_t room)
{
	size_t n = ZSTD_compress2(w->to, out, room, text.p, text.n);

	return ZSTD_isError(n) ? 0 : n;
}

bool packing_unpack(struct packing *w, struct sv packed, size_t max, struct arena *arena,
		    struct sv *out)
{
	ZSTD_frameHeader head;
	size_t n;
	char *to;

	*out = (struct sv){ 0 };
	if (ZSTD_getFrameHeader_advanced(&head, packed.p, packed.n,
					 ZSTD_f_zstd1_magicless) ||
	    head.frameContentSize > max)
		return false;
	to = arena_take(arena, (size_t)head.frameContentSize + 1);
	if (!to)
		return false;
	n = ZSTD_decompressDCtx(w->from, to, (size_t)head.frameContentSize, packed.p,
				packed.n);
	if (ZSTD_isError(n))
		return false;
	to[n] = 0;
	*out = (struct sv){ to, n };
	return true;
}
