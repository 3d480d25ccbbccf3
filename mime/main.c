/* SPDX-License-Identifier: Apache-2.0 */
/* main.c: the child: a mail in, its fields out, until there are no more (core/mime_wire.h). */
#include "mime/mime.h"

int main(void)
{
	mime_confine();
	return mime_serve(0, 1);
}
