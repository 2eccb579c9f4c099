// a stub
