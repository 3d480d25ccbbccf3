/* SPDX-License-Identifier: Apache-2.0 */
/* migrations.c: the table of migrations, and what all of them use. */
#include "store/migrations.h"

enum { COMMIT_BYTES = 64 << 20, TELL_BYTES = 1 << 16 };

/* By the format that they lead from. */
static const struct migration *const table[] = {
	&migration_0,
};

const struct migration *migration_from(uint32_t format)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i]->from == format)
			return table[i];
	return NULL;
}

int migrating_pause(struct migrating *m, size_t bytes, struct err *err)
{
	uint64_t before = m->bytes / TELL_BYTES;
	int rc;

	m->bytes += bytes;
	m->since += bytes;
	if (m->ear && m->ear->step && m->bytes / TELL_BYTES != before)
		m->ear->step(m->ear->self, m->bytes, m->total, m->rows);
	if (m->since < COMMIT_BYTES || m->to.err.code)
		return txn_failed(&m->to, err);
	m->since = 0;
	rc = txn_commit(&m->to, err);
	return rc ? rc : txn_write(&m->to, m->env, err);
}
