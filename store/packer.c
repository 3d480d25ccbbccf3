/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packer.c: zstd for short texts, see packer.h. Frames carry no magic, no checksum (the
 * seal has one) and no dictionary number (the layout byte of the sealed part says which).
 */
#include "store/packer.h"

#include "store/letters.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#define ZSTD_STATIC_LINKING_ONLY
#include <zdict.h>
#include <zstd.h>

#include "core/short.h"

enum { LEVEL = 1, DICT_BYTES = 16 << 10, TRAIN_LEVEL = 3 };
/* Of a frame's head: its first byte, and a block's type. */
enum { SINGLE = 0x20, TWO_BYTES = 0x40, LAST = 1, COMPRESSED = 2 };
enum { HEAD_MAX = 6, BARE_MAX = 256 + 65535 };
/* Kept for the next who asks; a text's room is cleared as a whole. */
enum { IDLE_MAX = 8, IDLE_TEXT = 8 << 10 };

struct packer {
	char *dictionary; /* a copy; behind its head the text that letters are learned from */
	size_t bytes, head;
	pthread_mutex_t lock; /* the rest is made when somebody first asks */
	ZSTD_CDict *to;
	ZSTD_DDict *from;
	struct letters *letters;
	struct packing *idle; /* zstd's contexts cost more than packing a comment does */
	unsigned idle_count;
};

struct packing {
	struct packer *packer;
	struct packing *next; /* among the idle */
	ZSTD_CCtx *to;
	ZSTD_DCtx *from;
	struct buf text;
};

/*
 * The samples of one half (@odd), or all (-1), one after the other; their sizes into
 * @sizes.
 */
static size_t samples_join(int odd, char *text, size_t *sizes, unsigned *count)
{
	size_t n = 0;

	*count = 0;
	for (size_t i = 0; i < packer_sentence_count + packer_sample_count; i++) {
		struct sv s = i < packer_sentence_count
				      ? packer_sentences[i]
				      : packer_samples[i - packer_sentence_count];

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
 * samples compressed against the other's beginning (against themselves there would be nothing left to
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
	half = half < DICT_BYTES / 2 ? half : DICT_BYTES / 2;
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
	pthread_mutex_init(&p->lock, NULL);
	p->bytes = dictionary.n;
	p->head = ZDICT_getDictHeaderSize(dictionary.p, dictionary.n);
	p->dictionary = malloc(dictionary.n + 1);
	if (p->dictionary && !ZDICT_isError(p->head) && p->head <= p->bytes) {
		memcpy(p->dictionary, dictionary.p, dictionary.n);
		return p;
	}
	packer_free(p);
	return NULL;
}

static void packing_destroy(struct packing *w)
{
	ZSTD_freeCCtx(w->to);
	ZSTD_freeDCtx(w->from);
	buf_release(&w->text);
	free(w);
}

void packer_free(struct packer *p)
{
	if (!p)
		return;
	while (p->idle) {
		struct packing *w = p->idle;

		p->idle = w->next;
		packing_destroy(w);
	}
	ZSTD_freeCDict(p->to);
	ZSTD_freeDDict(p->from);
	letters_free(p->letters);
	free(p->dictionary);
	pthread_mutex_destroy(&p->lock);
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

static bool packer_ready(struct packer *p)
{
	bool ready;

	pthread_mutex_lock(&p->lock);
	if (!p->to)
		p->to = ZSTD_createCDict(p->dictionary, p->bytes, LEVEL);
	if (!p->from)
		p->from = ZSTD_createDDict(p->dictionary, p->bytes);
	if (!p->letters)
		p->letters = letters_new(
			(struct sv){ p->dictionary + p->head, p->bytes - p->head });
	ready = p->to && p->from && p->letters;
	pthread_mutex_unlock(&p->lock);
	return ready;
}

/* One that was given back; NULL: there is none. */
static struct packing *packing_idle(struct packer *p)
{
	struct packing *w;

	pthread_mutex_lock(&p->lock);
	w = p->idle;
	if (w) {
		p->idle = w->next;
		p->idle_count--;
	}
	pthread_mutex_unlock(&p->lock);
	return w;
}

struct packing *packing_new(struct packer *p)
{
	struct packing *w = packing_idle(p);

	if (w)
		return w;
	w = calloc(1, sizeof(*w));
	if (!w) {
		memory_was_short();
		return NULL;
	}
	buf_init(&w->text, 0);
	w->packer = p;
	w->to = ZSTD_createCCtx();
	w->from = ZSTD_createDCtx();
	if (packer_ready(p) && packing_start(w, p))
		return w;
	packing_destroy(w);
	memory_was_short();
	return NULL;
}

void packing_free(struct packing *w)
{
	struct packer *p = w ? w->packer : NULL;

	if (!w)
		return;
	if (w->text.p)
		explicit_bzero(w->text.p, w->text.cap);
	if (w->text.cap > IDLE_TEXT)
		buf_release(&w->text);
	buf_clear(&w->text);
	pthread_mutex_lock(&p->lock);
	if (p->idle_count < IDLE_MAX) {
		w->next = p->idle;
		p->idle = w;
		p->idle_count++;
		w = NULL;
	}
	pthread_mutex_unlock(&p->lock);
	if (w)
		packing_destroy(w);
}

struct buf *packing_text(struct packing *w)
{
	return &w->text;
}

/*
 * The head of a frame of one compressed block that holds @n bytes and is @packed bytes
 * long itself; 0: such a frame is not for so many.
 */
static size_t frame_head(size_t n, size_t packed, uint8_t head[HEAD_MAX])
{
	bool wide = n > UINT8_MAX;
	size_t block = packed << 3 | COMPRESSED << 1 | LAST, at = 0;

	if (n > BARE_MAX || packed > BARE_MAX)
		return 0;
	head[at++] = wide ? SINGLE | TWO_BYTES : SINGLE;
	head[at++] = (uint8_t)(wide ? n - 256 : n);
	if (wide)
		head[at++] = (uint8_t)((n - 256) >> 8);
	for (unsigned i = 0; i < 3; i++, block >>= 8)
		head[at++] = (uint8_t)block;
	return at;
}

size_t packing_pack(struct packing *w, struct sv text, void *out, size_t room, bool *bare)
{
	size_t n = ZSTD_compress2(w->to, out, room, text.p, text.n), head;
	uint8_t bytes[HEAD_MAX];

	*bare = false;
	if (ZSTD_isError(n))
		return 0;
	head = frame_head(text.n, 0, bytes) - 3;
	if (n < head + 3 || !frame_head(text.n, n - head - 3, bytes) ||
	    memcmp(bytes, out, head + 3) != 0)
		return n;
	*bare = true;
	memmove(out, (uint8_t *)out + head + 3, n - head - 3);
	return n - head - 3;
}

bool packing_unpack(struct packing *w, struct sv packed, bool bare, size_t n,
		    struct arena *arena, struct sv *out)
{
	uint8_t bytes[HEAD_MAX], *frame = NULL;
	size_t head = bare ? frame_head(n, packed.n, bytes) : 0, got;
	char *to = arena_take(arena, n + 1);

	*out = (struct sv){ 0 };
	if (!to || (bare && !head))
		return false;
	if (bare) {
		frame = arena_take(arena, head + packed.n);
		if (!frame)
			return false;
		memcpy(frame, bytes, head);
		memcpy(frame + head, packed.p, packed.n);
		packed = (struct sv){ (char *)frame, head + packed.n };
	}
	got = ZSTD_decompressDCtx(w->from, to, n, packed.p, packed.n);
	if (ZSTD_isError(got) || got != n)
		return false;
	to[n] = 0;
	*out = (struct sv){ to, n };
	return true;
}

size_t packing_letters(struct packing *w, struct sv text, void *out, size_t room)
{
	return letters_pack(w->packer->letters, text, out, room);
}

bool packing_unletters(struct packing *w, struct sv packed, size_t n, struct arena *arena,
		       struct sv *out)
{
	char *to = arena_take(arena, n + 1);

	*out = (struct sv){ 0 };
	if (!to)
		return false;
	letters_unpack(w->packer->letters, packed, to, n);
	to[n] = 0;
	*out = (struct sv){ to, n };
	return true;
}
