/* SPDX-License-Identifier: Apache-2.0 */
/* registry.c: every kind of source, one row each. */
#include "collector/adapter.h"

static const struct adapter *const adapters[] = {
	/* sorted by kind */
	&adapter_asterisk_ami,
	&adapter_asterisk_cdr,
	&adapter_asterisk_queue,
	&adapter_csv,
	&adapter_eml,
	&adapter_files,
	&adapter_freeswitch_files,
	&adapter_imap,
	&adapter_jsonl,
	&adapter_maildir,
	&adapter_map,
	&adapter_mbox,
	&adapter_transcripts,
	&adapter_xlsx,
};

enum { ADAPTERS = sizeof(adapters) / sizeof(adapters[0]) };

const struct adapter *const *adapter_all(size_t *count)
{
	*count = ADAPTERS;
	return adapters;
}

const struct adapter *adapter_find(struct sv kind)
{
	for (size_t i = 0; i < ADAPTERS; i++)
		if (sv_eq(sv_of(adapters[i]->kind), kind))
			return adapters[i];
	return NULL;
}

const struct adapter *adapter_for_file(struct sv head)
{
	const struct adapter *best = NULL;
	int most = 0;

	for (size_t i = 0; i < ADAPTERS; i++) {
		int sure = adapters[i]->fits ? adapters[i]->fits(head) : 0;

		if (sure > most) {
			most = sure;
			best = adapters[i];
		}
	}
	return best;
}
