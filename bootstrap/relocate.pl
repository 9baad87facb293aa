# relocate.pl LOADER LIBRARY_PATH FILE...
# Makes each ELF program use the dynamic loader LOADER and search libraries in LIBRARY_PATH, and each ELF library use
# the search path of its program. Other files are not changed. A program is replaced as a whole, and in a library one
# word is changed, so this script can be interrupted and repeated.
#
# patchelf does the same, but breaks programs that are not position independent (Debian's skopeo, runc, containerd ...).
# This script moves no data: it appends a page with both strings to the file, maps the page with the program header of a
# note, and adds an RPATH to the dynamic section (not a RUNPATH, because libraries that are opened with dlopen must be
# found too). A RUNPATH of a library would disable the program's RPATH for the dependencies of the library; an RPATH
# adds to it.
use strict;
use warnings;

use constant { PT_LOAD => 1, PT_DYNAMIC => 2, PT_INTERP => 3, PT_NOTE => 4, PT_GNU_PROPERTY => 0x6474e553 };
use constant { DT_NULL => 0, DT_STRTAB => 5, DT_RPATH => 15, DT_DEBUG => 21, DT_RUNPATH => 29 };
use constant { TYPE => 0, OFFSET => 2, ADDRESS => 3, PHYSICAL => 4, FILE_SIZE => 5, MEMORY_SIZE => 6, ALIGNMENT => 7, READABLE => 4 };

sub round_up { my ($n, $to) = @_; return int(($n + $to - 1) / $to) * $to }

# The index of the first header that has one of the types; earlier types are preferred.
sub find_header {
  my ($headers, @types) = @_;
  for my $type (@types) {
    for my $i (0 .. $#$headers) { return $i if $headers->[$i][TYPE] == $type }
  }
  return undef;
}

# The fields of an ELF file: { end, table, size, count, headers, entries, ... }, or undef if it is not a 64-bit ELF
# file.
sub parsed {
  my ($elf) = @_;
  return undef unless length $$elf > 64 && substr($$elf, 0, 5) eq "\x7fELF\x02";
  my $end = ord(substr $$elf, 5, 1) == 1 ? '<' : '>';
  my %file = (header => "L${end}2Q${end}6", word => "Q$end", table => unpack "Q$end", substr $$elf, 32, 8);
  ($file{size}, $file{count}) = unpack "S${end}2", substr $$elf, 54, 4;
  my @headers = map { [unpack $file{header}, substr $$elf, $file{table} + $file{size} * $_, $file{size}] } 0 .. $file{count} - 1;
  my $dynamic = find_header(\@headers, PT_DYNAMIC);
  return undef unless defined $dynamic;
  $file{headers} = \@headers;
  $file{dynamic} = $headers[$dynamic][OFFSET];
  $file{entries} = [map { [unpack "$file{word}2", substr $$elf, $file{dynamic} + 16 * $_, 16] } 0 .. $headers[$dynamic][FILE_SIZE] / 16 - 1];
  return \%file;
}

# The index of the first dynamic entry that has one of the tags; earlier tags are preferred. The end of the section does
# not count.
sub find_entry {
  my ($entries, @tags) = @_;
  for my $tag (@tags) {
    for my $i (0 .. $#$entries - 1) { return $i if $entries->[$i][0] == $tag }
  }
  return undef;
}

# Sets an RPATH in the dynamic section: replaces an existing one, else an entry for debuggers, else a spare entry at the
# end.
sub set_library_path {
  my ($elf, $file, $address) = @_;
  my $strings = find_entry($file->{entries}, DT_STRTAB);
  my $chosen = find_entry($file->{entries}, DT_RUNPATH, DT_RPATH, DT_DEBUG, DT_NULL);
  die "its dynamic section has no room\n" unless defined $strings && defined $chosen;
  substr $$elf, $file->{dynamic} + 16 * $chosen, 16, pack "$file->{word}2", DT_RPATH, $address - $file->{entries}[$strings][1];
}

# The program with the new page, or undef if it already has that loader.
sub relocated_program {
  my ($elf, $file, $loader, $path) = @_;
  my @headers = @{ $file->{headers} };
  my $interpreter = $headers[find_header(\@headers, PT_INTERP)];
  return undef if substr($elf, $interpreter->[OFFSET], $interpreter->[FILE_SIZE]) eq "$loader\0";

  my ($page, $address) = (4096, 0);
  for (grep { $_->[TYPE] == PT_LOAD } @headers) {
    $page = $_->[ALIGNMENT] if $_->[ALIGNMENT] > $page;
    $address = $_->[ADDRESS] + $_->[MEMORY_SIZE] if $_->[ADDRESS] + $_->[MEMORY_SIZE] > $address;
  }
  my $offset = round_up(length $elf, $page);
  $address = round_up($address, $page);
  my $strings = "$loader\0$path\0";
  my $loader_size = length($loader) + 1;
  @$interpreter[OFFSET, ADDRESS, PHYSICAL, FILE_SIZE, MEMORY_SIZE] = ($offset, $address, $address, $loader_size, $loader_size);
  set_library_path(\$elf, $file, $address + $loader_size);

  my $spare = find_header(\@headers, PT_NOTE, PT_GNU_PROPERTY);
  die "it has no program header to spare\n" unless defined $spare;
  splice @headers, $spare, 1;
  my ($last) = grep { $headers[$_][TYPE] == PT_LOAD } reverse 0 .. $#headers;
  splice @headers, $last + 1, 0, [PT_LOAD, READABLE, $offset, $address, $address, length $strings, length $strings, $page];
  substr $elf, $file->{table}, $file->{size} * $file->{count}, join '', map { pack $file->{header}, @$_ } @headers;
  return $elf . "\0" x ($offset - length $elf) . $strings;
}

sub replace_program {
  my ($name, $mode, $elf) = @_;
  open my $out, '>:raw', "$name.relocated" or die "$!\n";
  print $out $elf or die "$!\n";
  close $out or die "$!\n";
  chmod $mode, "$name.relocated" or die "$!\n";
  rename "$name.relocated", $name or die "$!\n";
}

sub mend_library {
  my ($name, $file) = @_;
  my $entry = find_entry($file->{entries}, DT_RUNPATH);
  return unless defined $entry;
  open my $out, '+<:raw', $name or die "$!\n";
  seek $out, $file->{dynamic} + 16 * $entry, 0 or die "$!\n";
  print $out pack $file->{word}, DT_RPATH or die "$!\n";
  close $out or die "$!\n";
}

sub relocate {
  my ($name, $loader, $path) = @_;
  open my $in, '<:raw', $name or die "$!\n";
  my $mode = (stat $in)[2] & 07777;
  my $elf = do { local $/; <$in> } // '';
  my $file = parsed(\$elf) or return;
  return mend_library($name, $file) unless defined find_header($file->{headers}, PT_INTERP);
  my $program = relocated_program($elf, $file, $loader, $path);
  replace_program($name, $mode, $program) if defined $program;
}

my ($loader, $path, @files) = @ARGV;
for my $file (@files) {
  eval { relocate($file, $loader, $path); 1 } or die "cannot relocate `$file`: $@";
}
