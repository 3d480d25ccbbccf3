/* SPDX-License-Identifier: Apache-2.0 */
/* maildir_list.h: the oldest mails of a folder of any size, in bounded memory. */
#ifndef OPINIA_COLLECTOR_MAILDIR_LIST_H
#define OPINIA_COLLECTOR_MAILDIR_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/sv.h"

enum { MAILDIR_PASS = 65536 };

struct maildir_entry {
	int64_t changed_us;
	char *name; /* as it was when it was seen, with flags */
};

/* Owns the names of list[at..count). Zeroed it is empty. */
struct maildir_list {
	struct maildir_entry *list;
	size_t at, count;
};

struct sv maildir_base(const char *name); /* without ":2,S" */
int maildir_cmp(const struct maildir_entry *a, const struct maildir_entry *b);

/* Keep a copy of @e, unless MAILDIR_PASS older ones are kept already. */
int maildir_list_keep(struct maildir_list *l, struct maildir_entry e, struct err *err);
void maildir_list_sort(
	struct maildir_list *l); /* oldest first; then take from l->at on */
void maildir_list_forget(struct maildir_list *l);
void maildir_list_release(struct maildir_list *l);

#endif
