#include "unit/http/tls_server.hpp"

#include <memory>
#include <stdexcept>
#include <utility>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace streams::http {
namespace {

namespace beast = boost::beast::http;
using boost::asio::ip::tcp;

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* made) const noexcept {
    kFree(made);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

Certificate self_signed(EVP_PKEY* key) {
  Certificate made(X509_new());
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  X509_set_pubkey(made.get(), key);
  X509_NAME* const name = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1,
                             0);
  X509_set_issuer_name(made.get(), name);
  const Extension host(X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1"));
  X509_add_ext(made.get(), host.get(), -1);
  if (X509_sign(made.get(), key, EVP_sha256()) == 0) throw std::runtime_error("no certificate");
  return made;
}

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

TlsServer::TlsServer()
    : tls_(boost::asio::ssl::context::tls_server),
      acceptor_(io_, tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0)) {
  const Key key(EVP_EC_gen("P-256"));
  const Memory certificate(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(certificate.get(), self_signed(key.get()).get());
  certificate_ = text_of(certificate.get());
  const Memory secret(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  tls_.use_certificate(boost::asio::buffer(certificate_), boost::asio::ssl::context::pem);
  tls_.use_private_key(boost::asio::buffer(text_of(secret.get())), boost::asio::ssl::context::pem);
  thread_ = std::thread([this] { serve(); });
}

TlsServer::~TlsServer() {
  boost::asio::io_context io;
  tcp::socket knock(io);
  boost::system::error_code ignored;
  knock.connect(acceptor_.local_endpoint(), ignored);
  // What is no TLS ends the server.
  boost::asio::write(knock, boost::asio::buffer("end\r\n\r\n", 7), ignored);
  thread_.join();
}

void TlsServer::serve() {
  for (;;) {
    boost::asio::ssl::stream<tcp::socket> stream(acceptor_.accept(), tls_);
    char first = 0;
    boost::system::error_code failed;
    stream.next_layer().receive(boost::asio::buffer(&first, 1), tcp::socket::message_peek, failed);
    if (first == 'e') return;
    stream.handshake(boost::asio::ssl::stream_base::server, failed);
    if (failed) continue;
    boost::beast::flat_buffer buffer;
    beast::request<beast::string_body> request;
    beast::read(stream, buffer, request, failed);
    if (failed) continue;
    beast::response<beast::string_body> answer(beast::status::ok, 11);
    answer.body() = "hello";
    answer.keep_alive(false);
    answer.prepare_payload();
    beast::write(stream, answer, failed);
  }
}

}  // namespace streams::http
