// Sums squares on several threads: needs the C++ library, which base has not.
#include <cstdlib>
#include <iostream>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

int main(int count, char **words) {
    const long last = count > 1 ? std::strtol(words[1], nullptr, 10) : 100;
    std::vector<long> sums(4);
    std::vector<std::thread> threads;
    for (std::size_t part = 0; part < sums.size(); ++part) {
        threads.emplace_back([&sums, part, last] {
            for (long number = static_cast<long>(part) + 1; number <= last; number += static_cast<long>(sums.size())) {
                sums[part] += number * number;
            }
        });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    std::cout << std::string("the sum is ") << std::accumulate(sums.begin(), sums.end(), 0L) << '\n';
}
