/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prepare_texts.c: what of a record will be sealed. Texts are packed some hundred at a time: what is
 * known of letters is half a megabyte, which stays near the processor then.
 */
#include <string.h>

#include "store/origin.h"
#include "store/prepare.h"
#include "store/secret.h"

/* A file that the record before it in the batch came from too is a name: true. */
static bool prep_origin(struct prepping *w, struct prep_row *row, const struct record *r)
{
	uint32_t line;
	struct sv file = origin_file(r->origin, &line);

	if (!file.n || !sv_eq(file, w->file)) {
		w->file = file;
		w->file_name = (struct sv){ 0 };
		return false;
	}
	if (!w->file_name.n)
		w->file_name = origin_name(w->store, file, &w->p->arena);
	row->name[ORIGIN_NAME] = prep_name(w, NAME_ORIGIN, w->file_name);
	if (!row->name[ORIGIN_NAME])
		return false;
	doc_set(&row->fields, DOC_LINE, line);
	return true;
}

/* Is the customer given as the address that the customer's row keeps? */
static bool customer_as_kept(const struct prepping *w, const struct prep_row *row,
			     const struct record *r)
{
	struct sv alias;

	if (!r->customer.n || row->owner == NO_PERSON)
		return false;
	alias = w->p->persons[row->owner].alias;
	return sv_eq(sv_sub(alias, 2, alias.n), r->customer);
}

/* The texts that wait. */
void prep_texts(struct prepping *w)
{
	struct buf *text = packing_text(w->packing);
	size_t bits_at = 0, text_at = 0;

	w->failed |= !buf_ok(&w->bits) || !buf_ok(text);
	for (unsigned i = 0; i < w->waiting_count && !w->failed; i++) {
		const struct prep_waiting *x = &w->waiting[i];

		buf_clear(&w->plain);
		secret_pack(w->packing, sv_sub(buf_sv(&w->bits), bits_at, x->bits),
			    sv_sub(buf_sv(text), text_at, x->text), &w->plain);
		bits_at += x->bits;
		text_at += x->text;
		x->row->seal_bytes = w->plain.n;
		x->row->seal = arena_take(&w->p->arena, SEAL_HEAD + w->plain.n);
		w->failed |= !x->row->seal || !buf_ok(&w->plain);
		if (!w->failed)
			memcpy(x->row->seal + SEAL_HEAD, w->plain.p, w->plain.n);
	}
	w->waiting_count = 0;
	buf_clear(&w->bits);
	buf_clear(text);
}

void prep_text(struct prepping *w, struct prep_row *row, const struct record *r,
	       const struct verdict *v)
{
	struct buf *text = packing_text(w->packing);
	size_t bits_at = w->bits.n, text_at = text->n;
	struct secret_known known;

	if (!secret_needed(r, v))
		return;
	known.origin = prep_origin(w, row, r);
	known.customer = customer_as_kept(w, row, r);
	secret_write(r, v, &known, &w->bits, text);
	w->waiting[w->waiting_count++] =
		(struct prep_waiting){ row, w->bits.n - bits_at, text->n - text_at };
	if (w->waiting_count == PREP_WAITING || text->n >= PREP_TEXT)
		prep_texts(w);
}
