/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format.c: see format.h.
 *
 * The number is in meta under `layout`. Stores from before the first release have one under
 * `format`, which counted up to 4: they are told apart by the name, so that theirs is not taken for ours.
 */
#include "store/format.h"

#include "store/keys.h"
#include "store/meta.h"
#include "store/migrations.h"

enum { VALUE = 8 };

int format_read(struct txn *t, const char *dir, uint32_t *out, struct err *err)
{
	struct sv v = { 0 };

	*out = 0;
	if (env_has(t->env, DB_META))
		v = meta_get(t, "layout");
	if (t->err.code)
		return txn_failed(t, err);
	if (!v.n && env_has(t->env, DB_META) && meta_get(t, "format").n)
		return err_set(
			err, ERR_CONFIG,
			"%s was made by an opinia from before the first release, which "
			"this program does not read; import its sources into a new store",
			dir);
	if (!v.n)
		return err_set(err, ERR_CONFIG, "%s is not a store of opinia", dir);
	if (v.n != VALUE || le_get(v.p, 4) != sum32(v.p + 4, VALUE - 4, 0))
		return err_set(err, ERR_INPUT,
			       "%s: what the store says of itself is damaged", dir);
	*out = (uint32_t)le_get(v.p + 4, 4);
	return 0;
}

void format_put(struct txn *t, uint32_t format)
{
	char v[VALUE];

	le_set(v + 4, format, 4);
	le_set(v, sum32(v + 4, VALUE - 4, 0), 4);
	meta_put(t, "layout", (struct sv){ v, VALUE });
}

int format_fits(uint32_t format, const char *dir, struct err *err)
{
	if (format == STORE_FORMAT)
		return 0;
	if (format > STORE_FORMAT)
		return err_set(err, ERR_CONFIG,
			       "%s has format %u and this program reads up to %d; "
			       "use a newer opinia",
			       dir, (unsigned)format, STORE_FORMAT);
	if (!migration_from(format))
		return err_set(
			err, ERR_CONFIG,
			"%s has format %u, which this program does not read any more; "
			"an opinia between the two brings it further",
			dir, (unsigned)format);
	return err_set(err, ERR_CONFIG,
		       "%s has format %u and this program works with %d; `opinia "
		       "upgrade` brings it there",
		       dir, (unsigned)format, STORE_FORMAT);
}
