/* SPDX-License-Identifier: Apache-2.0 */
/* land_again.c: documents that were read again: their verdicts are replaced, and nothing else. */
#include "store/land.h"

#include "store/docs.h"

/* The same revision with another verdict. */
static int land_again(struct landing *l, struct prep_row *r, const struct prep_again *is,
		      struct opinia_landing *result, struct err *err)
{
	struct doc old;
	int rc = docs_read(l->txn, is->id, &old, err);

	if (rc)
		return rc;
	if (old.flags & DOC_ERASED || doc_field(&old, DOC_REVISION) != is->revision) {
		result->unchanged++;
		return 0;
	}
	result->revised++;
	return landing_document(l, r, is->id, &old, is->revision, err);
}

int landing_again(struct landing *l, struct opinia_landing *result, struct err *err)
{
	struct opinia_prepared *p = l->p;
	int rc = 0;

	for (size_t i = 0; i < p->count && !rc && !l->txn->err.code; i++)
		rc = land_again(l, &p->rows[i], &p->again[i], result, err);
	return rc ? rc : txn_failed(l->txn, err);
}
