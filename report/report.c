/* SPDX-License-Identifier: Apache-2.0 */
/* report.c: the door: figures out of the store, then a page out of the figures. */
#include "report/page.h"

int opinia_report_html(const struct opinia_report_plan *plan, struct buf *out,
		       struct err *err)
{
	struct html h = { out, plan->lang };
	struct arena arena;
	struct page p;
	int rc;

	arena_init(&arena, 0);
	rc = page_gather(&p, plan, &arena, err);
	if (!rc) {
		page_write(&p, &h);
		if (!buf_ok(out))
			rc = err_set(err, ERR_SYSTEM, "out of memory");
	}
	arena_release(&arena);
	return rc;
}
