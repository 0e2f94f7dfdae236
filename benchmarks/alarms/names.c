/* Stands in for the name service of one process (LD_PRELOAD): names that end in ".wire.invalid" are this machine's for as
   long as the file that STAGED_NAMES names is there; after that no name is found, as where DNS is gone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int (*find)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  static find real;
  const char *file = getenv("STAGED_NAMES"), *ending = ".wire.invalid";
  if (!real) real = (find)dlsym(RTLD_NEXT, "getaddrinfo");
  size_t length = node ? strlen(node) : 0;
  if (file && length > strlen(ending) && !strcmp(node + length - strlen(ending), ending)) {
    if (access(file, F_OK)) return EAI_AGAIN;
    node = "127.0.0.1";
  }
  return real(node, service, hints, found);
}
