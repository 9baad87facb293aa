#include <iostream>
#include <string>

extern "C" int add(int a, int b);

int main() { std::cout << "C++ says " << std::to_string(add(1, 2)) << std::endl; }
