/* SPDX-License-Identifier: Apache-2.0 */
/* maildir_list.c: see maildir_list.h. A heap with the youngest on top as soon as it is full. */
#include "collector/maildir_list.h"

#include <stdlib.h>
#include <string.h>

struct sv maildir_base(const char *name)
{
	struct sv s = sv_of(name);
	ptrdiff_t at = sv_find(s, SV(":2,"));

	if (at < 0)
		at = sv_find(s, SV(";2,")); /* where ":" may not be in names */
	return at < 0 ? s : sv_sub(s, 0, (size_t)at);
}

int maildir_cmp(const struct maildir_entry *a, const struct maildir_entry *b)
{
	if (a->changed_us != b->changed_us)
		return a->changed_us < b->changed_us ? -1 : 1;
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the name that was freed has left the heap */
	return sv_cmp(maildir_base(a->name), maildir_base(b->name));
}

static int by_age(const void *a, const void *b)
{
	return maildir_cmp(a, b);
}

static void sift_down(struct maildir_entry *heap, size_t n, size_t i)
{
	for (;;) {
		size_t child = 2 * i + 1;
		struct maildir_entry was = heap[i];

		if (child + 1 < n && maildir_cmp(&heap[child], &heap[child + 1]) < 0)
			child++;
		if (child >= n || maildir_cmp(&heap[i], &heap[child]) >= 0)
			return;
		heap[i] = heap[child];
		heap[child] = was;
		i = child;
	}
}

static int no_memory(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "out of memory");
}

int maildir_list_keep(struct maildir_list *l, struct maildir_entry e, struct err *err)
{
	if (!l->list)
		l->list = malloc(MAILDIR_PASS * sizeof(*l->list));
	if (!l->list)
		return no_memory(err);
	if (l->count == MAILDIR_PASS && maildir_cmp(&e, &l->list[0]) >= 0)
		return 0;
	e.name = strdup(e.name);
	if (!e.name)
		return no_memory(err);
	if (l->count == MAILDIR_PASS) {
		free(l->list[0].name);
		l->list[0] = e;
		sift_down(l->list, MAILDIR_PASS, 0);
		return 0;
	}
	l->list[l->count++] = e;
	if (l->count == MAILDIR_PASS)
		for (size_t i = MAILDIR_PASS / 2; i-- > 0;)
			sift_down(l->list, MAILDIR_PASS, i);
	return 0;
}

void maildir_list_sort(struct maildir_list *l)
{
	if (l->count)
		qsort(l->list, l->count, sizeof(*l->list), by_age);
}

void maildir_list_forget(struct maildir_list *l)
{
	for (size_t i = l->at; i < l->count; i++)
		free(l->list[i].name);
	l->at = l->count = 0;
}

void maildir_list_release(struct maildir_list *l)
{
	maildir_list_forget(l);
	free(l->list);
	l->list = NULL;
}
